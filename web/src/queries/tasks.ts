import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Completion, StoredFile, Task, TaskSummary, Values } from '../api/types';
import { FIRST_TAB, type QueueSearch } from '../search';
import { rest } from './rhythm';

const LIMIT = 50;

/** One tab of the queue, page after page. */
export function queueQuery({ tab = FIRST_TAB, q, sort }: QueueSearch) {
  return infiniteQueryOptions({
    queryKey: ['tasks', 'queue', { tab, q, sort }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/tasks', {
          params: { query: { tab, q, sort, cursor: pageParam, limit: LIMIT } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // opening a tab asks anew: what a colleague sent a second ago is there
    staleTime: 0,
    // news come with the pulse (live/use-pulse.ts); this is for the days that are left
    refetchInterval: ({ state }) => rest(state, 5 * 60_000),
  });
}

/** One task. Never read again behind the person's back: a form may be open over it. */
export function taskQuery(taskId: string) {
  return queryOptions({
    queryKey: ['task', taskId],
    queryFn: () =>
      unwrap(api.GET('/api/v1/tasks/{task_id}', { params: { path: { task_id: taskId } } })),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** People who may take a task. */
export function takersQuery(taskId: string, q: string) {
  return queryOptions({
    queryKey: ['users', taskId, q],
    queryFn: () =>
      unwrap(api.GET('/api/v1/users', { params: { query: { task_id: taskId, q, limit: 200 } } })),
  });
}

/** A task with the revision that a change of it is based on. */
export type Address = { id: string; revision: number };

export function addressed({ id, revision }: Address) {
  return { path: { task_id: id }, header: { 'If-Match': `"${revision}"` } };
}

export function claim(task: Address): Promise<Task> {
  return unwrap(api.POST('/api/v1/tasks/{task_id}/claim', { params: addressed(task) }));
}

export function unclaim(task: Address): Promise<Task> {
  return unwrap(api.POST('/api/v1/tasks/{task_id}/unclaim', { params: addressed(task) }));
}

export function assign(task: Address, userId: string): Promise<Task> {
  const body = { user_id: userId };
  return unwrap(api.POST('/api/v1/tasks/{task_id}/assign', { params: addressed(task), body }));
}

export function saveDraft(task: Address, values: Values): Promise<Task> {
  const body = { values };
  return unwrap(api.PUT('/api/v1/tasks/{task_id}/draft', { params: addressed(task), body }));
}

export function complete(task: Address, values: Values): Promise<Completion> {
  const body = { values };
  return unwrap(api.POST('/api/v1/tasks/{task_id}/complete', { params: addressed(task), body }));
}

/** Stores a file, for a task or for a form that starts a case; sending the form binds it. */
export function upload(taskId: TaskSummary['id'] | null, file: File): Promise<StoredFile> {
  const form = new FormData();
  form.set('file', file, file.name);
  if (taskId) form.set('task_id', taskId);
  return unwrap(
    // the schema knows the part as a binary string, the browser sends a form
    api.POST('/api/v1/files', { body: form as never, bodySerializer: () => form }),
  );
}

/** The files of a task, read apart from the task so that an open form is not drawn anew. */
export function filesQuery(taskId: string) {
  return queryOptions({
    queryKey: ['task-files', taskId],
    queryFn: async () => {
      const path = { task_id: taskId };
      const task = await unwrap(api.GET('/api/v1/tasks/{task_id}', { params: { path } }));
      return task.attachments;
    },
  });
}

