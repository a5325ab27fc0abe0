import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';
import type { StandingSearch } from '../search';
import { rest } from './rhythm';

export type IncidentGroup = Schemas['IncidentGroup'];
export type RetryBatch = Schemas['RetryBatch'];
export type Operated = Schemas['OperatedInstance'];
export type MendPlan = Schemas['Plan'];
export type Effects = Schemas['Effects'];
export type StandingToken = Schemas['StandingToken'];

/** Open incidents by their cause, the most frequent first. */
export const incidentGroupsQuery = queryOptions({
  queryKey: ['incidents', 'groups'],
  queryFn: () => unwrap(api.GET('/api/v1/incidents/groups')),
  refetchInterval: ({ state }) => rest(state, 30_000),
});

/** Jobs that gave up. */
export const failedJobsQuery = infiniteQueryOptions({
  queryKey: ['jobs', 'failed'],
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET('/api/v1/jobs', {
        params: { query: { state: 'failed', cursor: pageParam, limit: 50 } },
        signal,
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** One retry of many; asked again until each was looked at. */
export function retryBatchQuery(batchId: string) {
  return queryOptions({
    queryKey: ['incidents', 'retries', batchId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/incidents/retries/{batch_id}', { params: { path: { batch_id: batchId } } }),
      ),
    refetchInterval: ({ state }) =>
      state.data && state.data.done < state.data.total ? rest(state, 1_000) : false,
  });
}

/** The last retries of many, going on or done. */
export const retryBatchesQuery = queryOptions({
  queryKey: ['incidents', 'retries'],
  queryFn: () => unwrap(api.GET('/api/v1/incidents/retries')),
  refetchInterval: ({ state }) =>
    state.data?.some((batch) => batch.done < batch.total) ? rest(state, 2_000) : false,
});

/** Cases by where they stand, for who keeps them running: numbers and places, no title. */
export function standingQuery({ q, trouble, definition, at, ...search }: StandingSearch) {
  return infiniteQueryOptions({
    queryKey: ['operated', 'standing', { q, trouble, definition, at, ...search }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/operations/instances', {
          params: {
            query: {
              ...search,
              text: q,
              definition_id: definition,
              element: at,
              has_incident: trouble,
              cursor: pageParam,
              limit: 50,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** A case as its operator sees it: tokens, jobs, incidents; no title, form or paper. */
export function operatedQuery(instanceId: string) {
  return queryOptions({
    queryKey: ['operated', instanceId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/operations/instances/{instance_id}', {
          params: { path: { instance_id: instanceId } },
        }),
      ),
  });
}

function of(instanceId: string) {
  return { path: { instance_id: instanceId } };
}

export const operations = {
  retryGroup: (group: string, reason: string) =>
    unwrap(api.POST('/api/v1/incidents/retry', { body: { group, reason } })),
  stopRetry: (batchId: string) =>
    unwrap(
      api.POST('/api/v1/incidents/retries/{batch_id}/stop', { params: { path: { batch_id: batchId } } }),
    ),
  retryIncident: (id: string, reason: string) =>
    unwrap(
      api.POST('/api/v1/incidents/{incident_id}/retry', {
        params: { path: { incident_id: id } },
        body: { reason },
      }),
    ),
  retryJob: (id: string, reason: string) =>
    unwrap(api.POST('/api/v1/jobs/{job_id}/retry', { params: { path: { job_id: id } }, body: { reason } })),
  suspend: (id: string, reason: string) =>
    unwrap(api.POST('/api/v1/operations/instances/{instance_id}/suspend', { params: of(id), body: { reason } })),
  resume: (id: string, reason: string) =>
    unwrap(api.POST('/api/v1/operations/instances/{instance_id}/resume', { params: of(id), body: { reason } })),
  preview: (id: string, plan: MendPlan) =>
    unwrap(api.POST('/api/v1/operations/instances/{instance_id}/previews', { params: of(id), body: plan })),
  propose: (id: string, plan: MendPlan, reason: string) =>
    unwrap(
      api.POST('/api/v1/operations/instances/{instance_id}/proposals', {
        params: of(id),
        body: { ...plan, reason },
      }),
    ),
};
