import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';
import { rest } from './rhythm';

export type Migration = Schemas['Migration'];
export type MigrationPlan = Schemas['MigrationPlan'];
export type PlanPair = Schemas['PairAnswer'];
export type PlanFault = Schemas['PlanFault'];
export type DryRun = Schemas['Rehearsal'];

export function migrationsQuery(family: string | undefined) {
  return queryOptions({
    queryKey: ['migrations', { family }],
    queryFn: () => unwrap(api.GET('/api/v1/migrations', { params: { query: { family } } })),
    refetchInterval: ({ state }) =>
      state.data?.some((migration) => migration.state === 'running') ? rest(state, 5_000) : false,
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
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? rest(state, 1_000) : false),
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

/** What is wrong with a plan, asked anew whenever it is edited. */
export function planCheckQuery(plan: Asked) {
  return queryOptions({
    queryKey: ['migration-plan', 'check', plan],
    queryFn: () => unwrap(api.POST('/api/v1/migrations/check', { body: plan })),
    // while it is asked the last answer stands: the drawing does not flicker
    placeholderData: (last) => last,
    retry: false,
  });
}

/** What would become of each case; tried and taken back by the server. */
export function dryRunQuery(plan: Asked) {
  return infiniteQueryOptions({
    queryKey: ['migration-plan', 'dry-run', plan],
    queryFn: ({ pageParam }) =>
      unwrap(api.POST('/api/v1/migrations/rehearsal', { body: { ...plan, cursor: pageParam, limit: 20 } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

export const migrations = {
  start: (plan: Asked, reason: string) =>
    unwrap(api.POST('/api/v1/migrations', { body: { ...plan, reason } })),
  propose: (plan: Asked, reason: string) =>
    unwrap(api.POST('/api/v1/migrations/proposals', { body: { ...plan, reason } })),
  pause: (id: string) =>
    unwrap(api.POST('/api/v1/migrations/{migration_id}/pause', { params: { path: { migration_id: id } } })),
  resume: (id: string) =>
    unwrap(api.POST('/api/v1/migrations/{migration_id}/resume', { params: { path: { migration_id: id } } })),
  revertAll: (id: string, reason: string) =>
    unwrap(
      api.POST('/api/v1/migrations/{migration_id}/revert', {
        params: { path: { migration_id: id } },
        body: { reason },
      }),
    ),
  revert: (id: string, itemId: string, reason: string) =>
    unwrap(
      api.POST('/api/v1/migrations/{migration_id}/items/{item_id}/revert', {
        params: { path: { migration_id: id, item_id: itemId } },
        body: { reason },
      }),
    ),
};
