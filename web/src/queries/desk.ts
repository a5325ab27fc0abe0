import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import { asProblem, Problem } from '../api/problem';
import type { Pulse } from '../api/types';
import type { Sort, Tab } from '../search';
import { rest } from './rhythm';

const BEAT_MS = 30_000;
/** A lost connection is looked for sooner at first, see rhythm.ts. */
const SEEK_MS = 5_000;

let held: { tag: string; pulse: Pulse } | null = null;

/** What is new, asked with the tag of what is known: mostly the answer is an empty 304. */
async function pulse(): Promise<Pulse> {
  const headers = held ? { 'If-None-Match': held.tag } : undefined;
  const answer = await api.GET('/api/v1/pulse', { headers }).catch((cause: unknown) => {
    throw new Problem({ code: 'network', status: 0, detail: String(cause) });
  });
  if (answer.response.status === 304 && held) return held.pulse;
  const found = await unwrap(Promise.resolve(answer));
  const tag = answer.response.headers.get('ETag');
  held = tag ? { tag, pulse: found } : null;
  return found;
}

/** Somebody else looks through these eyes now. */
export function forgetPulse(): void {
  held = null;
}

/** The counts of the queue and of the bell. A hidden window does not ask. */
export const pulseQuery = queryOptions({
  queryKey: ['tasks', 'pulse'],
  queryFn: pulse,
  staleTime: 0,
  retry: false,
  networkMode: 'always',
  refetchInterval: ({ state }) =>
    state.error && asProblem(state.error).isSignedOut ? BEAT_MS : rest(state, BEAT_MS, SEEK_MS),
});

/** Says that this page has the task open, and learns who else has. */
export function presenceQuery(taskId: string) {
  return queryOptions({
    queryKey: ['presence', taskId],
    queryFn: () =>
      unwrap(
        api.PUT('/api/v1/tasks/{task_id}/presence', {
          params: { path: { task_id: taskId } },
          body: {},
        }),
      ),
    retry: false,
    gcTime: 0,
    staleTime: 0,
    refetchInterval: ({ state }) => rest(state, BEAT_MS),
  });
}

export function leave(taskId: string) {
  return unwrap(
    api.PUT('/api/v1/tasks/{task_id}/presence', {
      params: { path: { task_id: taskId } },
      body: { leaves: true },
    }),
  );
}

export const settingsQuery = queryOptions({
  queryKey: ['account', 'settings'],
  queryFn: () => unwrap(api.GET('/api/v1/account/settings')),
  staleTime: 5 * 60_000,
});

export function changeSettings(opensNext: boolean) {
  return unwrap(api.PUT('/api/v1/account/settings', { body: { opens_next: opensNext } }));
}

/** The lists that can be kept under a name, by their address. */
export type FilteredList = 'tasks' | 'cases' | 'problems';

export function savedFiltersQuery(of: FilteredList) {
  return queryOptions({
    queryKey: ['saved-filters', of],
    queryFn: () => unwrap(api.GET('/api/v1/saved-filters', { params: { query: { of } } })),
    staleTime: 5 * 60_000,
  });
}

/** What a list shows now: of the queue tab, words and order, of another one what its address asks for. */
export type ListView =
  | { of: 'tasks'; tab: Tab; q: string; sort: Sort }
  | { of: 'cases' | 'problems'; asked: Record<string, string> };

type Wish = ListView & { name: string; organisation_id: string | null };

export const savedFilters = {
  keep: (body: Wish) => unwrap(api.POST('/api/v1/saved-filters', { body })),
  drop: (id: string) =>
    unwrap(api.DELETE('/api/v1/saved-filters/{filter_id}', { params: { path: { filter_id: id } } })),
};
