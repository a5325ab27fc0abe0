import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Instance, Values } from '../api/types';
import type { CasesSearch } from '../search';
import { addressOf } from './problems';

function asked({ unit, ...search }: CasesSearch) {
  return { ...search, unit_id: unit };
}

/** Where the workbook of a filter is downloaded. */
export function casesWorkbook(search: CasesSearch): string {
  return `/api/v1/instances/export?${addressOf(asked(search))}`;
}

export function instancesQuery(search: CasesSearch) {
  return infiniteQueryOptions({
    queryKey: ['instances', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/instances', {
          params: { query: { ...asked(search), cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

function address(instanceId: string) {
  return { params: { path: { instance_id: instanceId } } };
}

export function instanceQuery(instanceId: string) {
  return queryOptions({
    queryKey: ['instance', instanceId],
    queryFn: () => unwrap(api.GET('/api/v1/instances/{instance_id}', address(instanceId))),
  });
}

export function eventsQuery(instanceId: string) {
  return infiniteQueryOptions({
    queryKey: ['instance', instanceId, 'events'],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/instances/{instance_id}/events', {
          params: { path: { instance_id: instanceId }, query: { cursor: pageParam, limit: 100 } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function diagramQuery(instanceId: string) {
  return queryOptions({
    queryKey: ['instance', instanceId, 'diagram'],
    queryFn: () => unwrap(api.GET('/api/v1/instances/{instance_id}/diagram', address(instanceId))),
  });
}

export const familiesQuery = queryOptions({
  queryKey: ['families'],
  queryFn: () => unwrap(api.GET('/api/v1/families')),
  staleTime: 5 * 60_000,
});

export function startInstance(family: string, values: Values): Promise<Instance> {
  return unwrap(api.POST('/api/v1/instances', { body: { family, values } }));
}

export type InstanceAct = 'cancel' | 'suspend' | 'resume';

export function act(instanceId: string, name: InstanceAct, reason: string): Promise<Instance> {
  const request = { ...address(instanceId), body: { reason } };
  if (name === 'cancel') return unwrap(api.POST('/api/v1/instances/{instance_id}/cancel', request));
  if (name === 'suspend') return unwrap(api.POST('/api/v1/instances/{instance_id}/suspend', request));
  return unwrap(api.POST('/api/v1/instances/{instance_id}/resume', request));
}

/** Tells the case something that it waits for, e.g. that danger was found. */
export async function tell(instanceId: string, name: string, note: string): Promise<void> {
  await unwrap(api.POST('/api/v1/messages', { body: { name, instance_id: instanceId, note } }));
}

/** Every clock of a case that this person sees, also those that have ended. */
export function clocksQuery(instanceId: string) {
  return queryOptions({
    queryKey: ['instance', instanceId, 'clocks'],
    queryFn: async () => {
      const query = { instance_id: instanceId, state: 'all', limit: 200 } as const;
      return (await unwrap(api.GET('/api/v1/deadlines', { params: { query } }))).items;
    },
  });
}

/** What was said of the tasks of a case. */
export function caseCommentsQuery(instanceId: string) {
  return queryOptions({
    queryKey: ['instance', instanceId, 'comments'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/instances/{instance_id}/comments', address(instanceId))),
  });
}
