import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Completion } from '../../api/types';
import { taskName } from '../../parts/task-name';
import { settingsQuery } from '../../queries/desk';
import { queueQuery } from '../../queries/tasks';

/** Opens the next task by itself where the person wants it so; says first what was done. */
export function useNext(): (completion: Completion, said?: string) => Promise<void> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  return async ({ task, incident, next_tasks: own }, said) => {
    const settings = await client.ensureQueryData(settingsQuery).catch(() => null);
    // what went wrong afterwards is to be read, not passed by
    if (!settings?.opens_next || incident) return;
    const queue = await client.fetchInfiniteQuery(queueQuery({})).catch(() => null);
    const next = own.at(0) ?? queue?.pages[0]?.items.find((one) => one.id !== task.id);
    if (!next) return;
    void message.success(said ?? t('finished.title', { name: taskName(task) }));
    await navigate({ to: '/tasks/$taskId', params: { taskId: next.id } });
  };
}
