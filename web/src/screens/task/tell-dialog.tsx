import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Sendable, Task } from '../../api/types';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { tell } from '../../queries/instances';

type Props = { task: Task; message: Sendable; close: () => void };

/** Asks once more, and what happened, before the case is told. */
export function TellDialog({ task, message, close }: Props) {
  const { t } = useTranslation();
  const app = App.useApp();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const label = t(message.needs_note ? 'tell.note' : 'tell.note_optional');
  const run = useMutation({
    mutationFn: () => tell(task.instance.id, message.name, note.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['instance', task.instance.id] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void app.message.success(t('tell.done', { title: message.title }));
      close();
    },
  });
  return (
    <Modal
      open
      title={message.title}
      okText={message.title}
      okButtonProps={{
        danger: true,
        disabled: message.needs_note && note.trim() === '',
        loading: run.isPending,
      }}
      onOk={() => { run.mutate(); }}
      onCancel={close}
    >
      {run.error && <Note tone="overdue" live>{problemText(t, asProblem(run.error))}</Note>}
      {message.confirmation && <p>{message.confirmation}</p>}
      <Input.TextArea
        rows={4}
        maxLength={2000}
        aria-label={label}
        placeholder={label}
        value={note}
        onChange={(event) => { setNote(event.target.value); }}
      />
    </Modal>
  );
}
