import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { DeadlineWhole } from '../../api/types';
import { longDay } from '../../format/dates';
import { Note } from '../note';
import { problemText } from '../problem-text';
import { askExtension } from '../../queries/obligations';
import styles from './extension-dialog.module.css';

/** Asking for more time: until when, and why. What the server refuses stays in the fields. */
export function ExtensionDialog({ deadline, close }: { deadline: DeadlineWhole; close: () => void }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const id = useId();
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const run = useMutation({
    mutationFn: () => askExtension(deadline.id, until, reason.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['tasks', 'obligations'] });
      void message.success(t('extension.sent'));
      close();
    },
  });
  const problem = run.error && asProblem(run.error);
  return (
    <Modal
      open
      title={t('extension.title', { name: deadline.name })}
      okText={t('extension.ask')}
      okButtonProps={{ disabled: !until || !reason.trim(), loading: run.isPending }}
      onOk={() => { run.mutate(); }}
      onCancel={close}
    >
      {problem && (
        <Note tone="overdue" live title={problemText(t, problem)}>
          {problem.faults.map((fault) => fault.detail).join(' ')}
        </Note>
      )}
      <p>{t('extension.now', { day: longDay(deadline.due_on, i18n.language) })}</p>
      <label className={styles.label} htmlFor={`${id}-until`}>{t('extension.until_on')}</label>
      <Input
        id={`${id}-until`}
        type="date"
        min={deadline.due_on}
        value={until}
        onChange={(event) => { setUntil(event.target.value); }}
      />
      <label className={styles.label} htmlFor={`${id}-reason`}>{t('extension.reason')}</label>
      <Input.TextArea
        id={`${id}-reason`}
        rows={4}
        maxLength={2000}
        value={reason}
        onChange={(event) => { setReason(event.target.value); }}
      />
    </Modal>
  );
}
