import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import { rest } from './rhythm';

/** What the organisation owes now, the first to end first. */
export const obligationsQuery = queryOptions({
  queryKey: ['tasks', 'obligations'],
  queryFn: () => unwrap(api.GET('/api/v1/supervision/obligations')),
  staleTime: 0,
  refetchInterval: ({ state }) => rest(state, 60_000),
});

export const deliveriesQuery = infiniteQueryOptions({
  queryKey: ['tasks', 'deliveries'],
  queryFn: ({ pageParam }) =>
    unwrap(api.GET('/api/v1/supervision/deliveries', { params: { query: { cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

export const submissionsQuery = infiniteQueryOptions({
  queryKey: ['tasks', 'submissions'],
  queryFn: ({ pageParam }) =>
    unwrap(api.GET('/api/v1/supervision/submissions', { params: { query: { cursor: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** The periods in force: how long, from when, on which ground. */
export const periodsQuery = queryOptions({
  queryKey: ['periods', 'supervision'],
  queryFn: () =>
    unwrap(api.GET('/api/v1/deadline-rules', { params: { query: { family: 'supervision' } } })),
  staleTime: 5 * 60_000,
});

export function askExtension(deadlineId: string, untilOn: string, reason: string) {
  return unwrap(
    api.POST('/api/v1/deadlines/{deadline_id}/extension-requests', {
      params: { path: { deadline_id: deadlineId } },
      body: { until_on: untilOn, reason },
    }),
  );
}

export function withdrawExtension(requestId: string) {
  return unwrap(
    api.POST('/api/v1/extension-requests/{request_id}/withdraw', {
      params: { path: { request_id: requestId } },
    }),
  );
}
