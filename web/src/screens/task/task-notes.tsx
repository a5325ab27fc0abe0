import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { shortTime } from '../../format/dates';
import { Note } from '../../parts/note';
import { hand } from '../../queries/handovers';
import { taskQuery } from '../../queries/tasks';
import { serverNow } from '../../session/clock';
import { useSession } from '../../session/session';
import styles from './task-work.module.css';

/** What one must know before beginning: returned, lent, urged, copied, or why it is not theirs to do. */
export function TaskNotes({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const now = serverNow();
  const { returned, lent_by: lender, urged, separated } = task;
  const loans = task.handovers.filter((one) => one.kind === 'lend');
  const loan = loans.filter((one) => one.ended_at === null).at(-1);
  const answer = loans.filter((one) => one.ending === 'answered').at(-1);
  const copy = task.copies.find((one) => one.to?.id === user.id);
  return (
    <div className={styles.remarks}>
      {returned && (
        <Note tone="soon" title={t(`returned.${returned.mode}`, { step: returned.from_name, name: returned.by_name })}>
          {returned.opinion} <small>{shortTime(returned.at, now)}</small>
        </Note>
      )}
      {lender && (
        <Note title={task.assignee?.id === user.id ? t('notes.lent', { name: lender.name }) : t('notes.lent_out', { name: lender.name, to: task.assignee?.name ?? '' })}>{loan?.opinion}</Note>
      )}
      {!lender && answer && (
        <Note title={t('notes.answered', { name: answer.to?.name ?? '' })}>{answer.answer}</Note>
      )}
      {urged && <Note tone="soon">{t('notes.urged', { count: urged.count, last: shortTime(urged.last_at, now) })}</Note>}
      {separated && <Note tone="soon">{separated.reason}</Note>}
      {copy && <CopyNote task={task} copy={copy} />}
    </div>
  );
}

function CopyNote({ task, copy }: { task: Task; copy: Task['copies'][number] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => hand.markRead(task.id),
    onSuccess: (next) => {
      client.setQueryData(taskQuery(task.id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void client.invalidateQueries({ queryKey: ['instance', task.instance.id] });
    },
  });
  return (
    <Note
      title={t('notes.copied', { name: copy.from?.name ?? '' })}
      act={
        copy.read_at === null && (
          <Button loading={read.isPending} onClick={() => { read.mutate(); }}>{t('act.read')}</Button>
        )
      }
    >
      {copy.note} {copy.read_at && t('notes.read', { at: shortTime(copy.read_at, serverNow()) })}
    </Note>
  );
}
