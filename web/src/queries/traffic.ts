import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';

export type Version = Schemas['Version'];
export type ElementCount = Schemas['ElementCount'];
export type ElementHeat = Schemas['ElementHeat'];

/** Versions of processes with what runs on each: those in use, those of one key, or of one deployment. */
export function versionsQuery(of: { key?: string; deployment_id?: string }) {
  return queryOptions({
    queryKey: ['traffic', 'versions', of],
    queryFn: () => unwrap(api.GET('/api/v1/operations/definitions', { params: { query: of } })),
  });
}

function at(definitionId: string) {
  return { definition_id: definitionId };
}

/** What stands at each element now. */
export function countsQuery(definitionId: string) {
  return queryOptions({
    queryKey: ['traffic', 'counts', definitionId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/operations/definitions/{definition_id}/counts', { params: { path: at(definitionId) } }),
      ),
  });
}

/** What went through each element from one day to the end of another; without days the last ninety. */
export function heatQuery(definitionId: string, { from, until }: { from?: string; until?: string }) {
  const query = { from: from && midnight(from, 0), until: until && midnight(until, 1) };
  return queryOptions({
    queryKey: ['traffic', 'heat', definitionId, query],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/operations/definitions/{definition_id}/heat', {
          params: { path: at(definitionId), query },
        }),
      ),
    retry: false,
  });
}

/** The instant at which a day of the office begins, so many days later. */
function midnight(day: string, later: number): string {
  return new Date(Date.parse(`${day}T00:00:00+08:00`) + later * 86_400_000).toISOString();
}
