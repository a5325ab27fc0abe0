import type { TFunction } from 'i18next';

import type { TaskSummary } from '../api/types';

/** Who has the task: a person, or the posts it waits for. */
export function holder(task: TaskSummary, t: TFunction): string {
  if (task.assignee) return task.assignee.name;
  const groups = task.candidate_groups.map((group) => group.name);
  return groups.length > 0 ? t('task.waits_for', { groups: groups.join(t('list.comma')) }) : '—';
}
