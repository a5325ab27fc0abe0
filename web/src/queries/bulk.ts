import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas, TaskSummary, Values } from '../api/types';
import { rest } from './rhythm';

export type BulkAct = 'claim' | 'transfer' | 'approve';
export type BulkWish = { act: BulkAct; to: string | null; opinion: string; values: Values };
export type Batch = Schemas['Batch'];

/** So many are done while one waits; more are done in the background. */
export const AT_ONCE = 20;

/** The same act on each task by itself; the answer tells what came of each. */
export function bulk(tasks: TaskSummary[], wish: BulkWish) {
  return unwrap(api.POST('/api/v1/tasks/bulk', { body: { ...wish, items: itemsOf(tasks) } }));
}

/** The same act on each task, one after the other in the background. */
export function beginBatch(tasks: TaskSummary[], wish: BulkWish) {
  return unwrap(api.POST('/api/v1/tasks/batches', { body: { ...wish, items: itemsOf(tasks) } }));
}

export function stopBatch(batchId: string) {
  return unwrap(
    api.POST('/api/v1/tasks/batches/{batch_id}/stop', { params: { path: { batch_id: batchId } } }),
  );
}

/** One's own work of the last day, asked once: what is going on is found again after a reload. */
export const batchesQuery = queryOptions({
  queryKey: ['bulk', 'batches'],
  queryFn: () => unwrap(api.GET('/api/v1/tasks/batches')),
  staleTime: Infinity,
});

/** One work on many; asked again until nothing waits. */
export function batchQuery(batchId: string) {
  return queryOptions({
    queryKey: ['bulk', 'batch', batchId],
    queryFn: () =>
      unwrap(api.GET('/api/v1/tasks/batches/{batch_id}', { params: { path: { batch_id: batchId } } })),
    refetchInterval: ({ state }) => (state.data?.waiting ? rest(state, 1_000) : false),
  });
}

function itemsOf(tasks: TaskSummary[]) {
  return tasks.map((task) => ({ task_id: task.id, revision: task.revision }));
}
