import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Instance } from '../../api/types';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { act as perform, type InstanceAct } from '../../queries/instances';

type Props = { instance: Instance; act: InstanceAct; close: () => void };

/** Stopping, pausing or going on with a case needs a reason, which goes on record. */
export function ReasonDialog({ instance, act, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const run = useMutation({
    mutationFn: () => perform(instance.id, act, reason.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['instance', instance.id] });
      void client.invalidateQueries({ queryKey: ['instances'] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void message.success(t(`case_act.${act}_done`));
      close();
    },
  });
  return (
    <Modal
      open
      title={t(`case_act.${act}`)}
      okText={t(`case_act.${act}`)}
      okButtonProps={{ disabled: reason.trim() === '', loading: run.isPending, danger: act === 'cancel' }}
      onOk={() => { run.mutate(); }}
      onCancel={close}
    >
      {run.error && <Note tone="overdue" live>{problemText(t, asProblem(run.error))}</Note>}
      <p>{t(`case_act.${act}_text`)}</p>
      <Input.TextArea
        rows={4}
        maxLength={2000}
        aria-label={t('case_act.reason')}
        placeholder={t('case_act.reason')}
        value={reason}
        onChange={(event) => { setReason(event.target.value); }}
      />
    </Modal>
  );
}
