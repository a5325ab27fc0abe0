import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { filesQuery, upload } from '../../queries/tasks';
import styles from './files-panel.module.css';

/** Adds files to the task beside those that its form asks for. */
export function AddFiles({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const act = useMutation({
    mutationFn: async (files: File[]) => {
      for (const file of files) await upload(taskId, file);
    },
    onSettled: () => client.invalidateQueries(filesQuery(taskId)),
  });
  return (
    <div className={styles.add}>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          act.mutate(Array.from(event.target.files ?? []));
          event.target.value = '';
        }}
      />
      <Button loading={act.isPending} onClick={() => input.current?.click()}>
        {t('files.choose')}
      </Button>
      <span className={styles.faint}>{t('secrecy')}</span>
      {act.error && <Note tone="overdue" live>{problemText(t, asProblem(act.error))}</Note>}
    </div>
  );
}
