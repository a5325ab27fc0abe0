import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

export const delegationsQuery = infiniteQueryOptions({
  queryKey: ['delegations'],
  queryFn: ({ pageParam }) =>
    unwrap(api.GET('/api/v1/delegations', { params: { query: { cursor: pageParam, limit: 50 } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** For whom one may act today. */
export const principalsQuery = queryOptions({
  queryKey: ['principals'],
  queryFn: () => unwrap(api.GET('/api/v1/delegations/principals')),
  staleTime: 60_000,
});

export function candidatesQuery(q: string) {
  return queryOptions({
    queryKey: ['delegation-candidates', q],
    queryFn: () => unwrap(api.GET('/api/v1/delegations/candidates', { params: { query: { q } } })),
  });
}

type Wish = {
  kind: 'act' | 'arrange';
  to: string;
  from_on: string;
  until_on: string;
  posts: { group: string; organisation_id: string }[];
  reason: string;
};

export const delegations = {
  give: (body: Wish) => unwrap(api.POST('/api/v1/delegations', { body })),
  revoke: (id: string) =>
    unwrap(
      api.POST('/api/v1/delegations/{delegation_id}/revoke', {
        params: { path: { delegation_id: id } },
      }),
    ),
};
