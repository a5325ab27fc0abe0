import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import type { Problem } from '../../api/problem';
import { api, unwrap } from '../../api/client';
import type { Task } from '../../api/types';
import type { FormHandle } from '../../forms/form-view';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { saveDraft } from '../../queries/tasks';
import type { useDraft } from './use-draft';

type Props = {
  problem: Problem;
  task: Task;
  draft: ReturnType<typeof useDraft>;
  form: RefObject<FormHandle | null>;
  reload: () => Promise<unknown>;
};

/** Someone, or another window, changed the task first: say so, and let the person choose. */
export function Overtaken({ problem, task, form, reload }: Props) {
  const { t } = useTranslation();
  const keep = useMutation({
    mutationFn: async () => {
      const path = { task_id: task.id };
      const now = await unwrap(api.GET('/api/v1/tasks/{task_id}', { params: { path } }));
      await saveDraft({ id: task.id, revision: now.revision }, form.current?.values() ?? {});
    },
    onSuccess: reload,
  });
  const canKeep = problem.status === 412 && form.current !== null;
  return (
    <Note
      tone="soon"
      live
      title={t('overtaken.title')}
      act={
        <>
          <Button onClick={() => void reload()}>{t('overtaken.reload')}</Button>
          {canKeep && (
            <Button loading={keep.isPending} onClick={() => { keep.mutate(); }}>
              {t('overtaken.keep')}
            </Button>
          )}
        </>
      }
    >
      {problemText(t, problem)} {t('overtaken.kept')}
    </Note>
  );
}
