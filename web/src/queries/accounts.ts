import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Account, Schemas } from '../api/types';
import { listOf } from './lists';

/** Accounts by name, page after page. */
export function accountsQuery(q: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['accounts', { q }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/accounts', { params: { query: { q, cursor: pageParam, limit: 50 } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function accountQuery(userId: string) {
  return queryOptions({
    queryKey: ['account', userId],
    queryFn: () =>
      unwrap(api.GET('/api/v1/accounts/{user_id}', { params: { path: { user_id: userId } } })),
  });
}

/** What closing an account would leave behind. */
export function closingQuery(userId: string) {
  return queryOptions({
    queryKey: ['account', userId, 'closing'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/accounts/{user_id}/closing', { params: { path: { user_id: userId } } }),
      ),
    gcTime: 0,
  });
}

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: () => unwrap(api.GET('/api/v1/roles')),
  staleTime: Infinity,
});

type Changed = Pick<Account, 'id' | 'revision'>;

function at({ id, revision }: Changed) {
  return { path: { user_id: id }, header: { 'If-Match': `"${String(revision)}"` } };
}

export const accounts = {
  add: (body: Schemas['AccountAdd']) => unwrap(api.POST('/api/v1/accounts', { body })),
  importList: (file: File, check: boolean) =>
    unwrap(api.POST('/api/v1/accounts/import', listOf(file, check))),
  change: (account: Changed, body: Schemas['Contact']) =>
    unwrap(api.PUT('/api/v1/accounts/{user_id}', { params: at(account), body })),
  close: (account: Changed) =>
    unwrap(api.POST('/api/v1/accounts/{user_id}/close', { params: at(account) })),
  reopen: (account: Changed) =>
    unwrap(api.POST('/api/v1/accounts/{user_id}/reopen', { params: at(account) })),
  activate: (userId: string) =>
    unwrap(
      api.POST('/api/v1/accounts/{user_id}/activation', { params: { path: { user_id: userId } } }),
    ),
  recover: (userId: string, body: Schemas['RecoveryRequest']) =>
    unwrap(api.POST('/api/v1/users/{user_id}/recovery', { params: { path: { user_id: userId } }, body })),
  endSignIns: (userId: string) =>
    unwrap(
      api.POST('/api/v1/users/{user_id}/sign-ins/revoke-all', {
        params: { path: { user_id: userId } },
      }),
    ),
  give: (body: Schemas['PostRequest']) => unwrap(api.POST('/api/v1/posts', { body })),
  propose: (body: Schemas['PostProposal']) => unwrap(api.POST('/api/v1/posts/proposals', { body })),
  endPost: (postId: string, lastDay: string | null) =>
    unwrap(
      api.POST('/api/v1/posts/{post_id}/end', {
        params: { path: { post_id: postId } },
        body: { last_day: lastDay },
      }),
    ),
};
