import { api, unwrap } from '../api/client';
import type { TaskSummary, Values } from '../api/types';

export type BulkAct = 'claim' | 'transfer' | 'approve';
export type BulkWish = { act: BulkAct; to: string | null; opinion: string; values: Values };

/** The same act on each task by itself; the answer tells what came of each. */
export function bulk(tasks: TaskSummary[], wish: BulkWish) {
  const items = tasks.map((task) => ({ task_id: task.id, revision: task.revision }));
  return unwrap(api.POST('/api/v1/tasks/bulk', { body: { ...wish, items } }));
}
