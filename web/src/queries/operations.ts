import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';

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
  refetchInterval: 30_000,
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
    refetchInterval: (query) => {
      const batch = query.state.data;
      return batch && batch.done < batch.total ? 1_000 : false;
    },
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
