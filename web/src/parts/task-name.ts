import type { TaskSummary } from '../api/types';

/** The step, and of several at once the item it is about. */
export function taskName(task: Pick<TaskSummary, 'name' | 'item'>): string {
  return task.item ? `${task.name} · ${task.item}` : task.name;
}
