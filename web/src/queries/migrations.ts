import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';

export type Migration = Schemas['Migration'];
export type MigrationPlan = Schemas['MigrationPlan'];
export type PlanPair = Schemas['PairAnswer'];
export type DryRun = Schemas['Rehearsal'];

export function migrationsQuery(family: string | undefined) {
  return queryOptions({
    queryKey: ['migrations', { family }],
    queryFn: () => unwrap(api.GET('/api/v1/migrations', { params: { query: { family } } })),
  });
}

/** What goes where between two versions, as the server proposes it. */
export function planQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['migration-plan', from, to],
    queryFn: () => unwrap(api.POST('/api/v1/migrations/plan', { body: { from, to } })),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Asked again while it runs; a reload of the page changes nothing about that. */
export function migrationQuery(migrationId: string) {
  return queryOptions({
    queryKey: ['migration', migrationId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/migrations/{migration_id}', { params: { path: { migration_id: migrationId } } }),
      ),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 1_000 : false),
  });
}

export function migrationItemsQuery(migrationId: string) {
  return infiniteQueryOptions({
    queryKey: ['migration', migrationId, 'items'],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/migrations/{migration_id}/items', {
          params: { path: { migration_id: migrationId }, query: { cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

type Asked = Schemas['MigrationPlanRequest'];

export const migrations = {
  check: (plan: Asked) => unwrap(api.POST('/api/v1/migrations/check', { body: plan })),
  rehearse: (plan: Asked, cursor?: string) =>
    unwrap(api.POST('/api/v1/migrations/rehearsal', { body: { ...plan, cursor, limit: 50 } })),
  start: (plan: Asked, reason: string) =>
    unwrap(api.POST('/api/v1/migrations', { body: { ...plan, reason } })),
  propose: (plan: Asked, reason: string) =>
    unwrap(api.POST('/api/v1/migrations/proposals', { body: { ...plan, reason } })),
  pause: (id: string) =>
    unwrap(api.POST('/api/v1/migrations/{migration_id}/pause', { params: { path: { migration_id: id } } })),
  resume: (id: string) =>
    unwrap(api.POST('/api/v1/migrations/{migration_id}/resume', { params: { path: { migration_id: id } } })),
  revert: (id: string, itemId: string, reason: string) =>
    unwrap(
      api.POST('/api/v1/migrations/{migration_id}/items/{item_id}/revert', {
        params: { path: { migration_id: id, item_id: itemId } },
        body: { reason },
      }),
    ),
};
