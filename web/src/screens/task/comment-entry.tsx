import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Comment } from '../../api/types';
import { shortTime } from '../../format/dates';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { comments, commentsQuery } from '../../queries/comments';
import { serverNow } from '../../session/clock';
import styles from './comments-panel.module.css';

type Props = { comment: Comment; taskId: string; reply: () => void };

/** One remark; a withdrawn one says who took it back and why. */
export function CommentEntry({ comment, taskId, reply }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState<string | null>(null);
  const author = comment.author?.name ?? '';
  const withdraw = useMutation({
    mutationFn: () => comments.withdraw(comment.id, (reason ?? '').trim()),
    onSuccess: () => client.invalidateQueries(commentsQuery(taskId)),
  });
  return (
    <li className={comment.reply_to ? styles.reply : undefined}>
      <p>
        <strong>
          {comment.stand_in ? t('signing.stand_in', { by: comment.stand_in.name, name: author }) : author}
        </strong>{' '}
        <span className={styles.faint}>
          {t(`comment.${comment.kind}`)} · {shortTime(comment.at, serverNow())}
        </span>
      </p>
      {comment.text === null ? (
        <p className={styles.faint}>
          {t('comment.withdrawn', { name: comment.withdrawn_by?.name ?? '', reason: comment.reason })}
        </p>
      ) : (
        <p className={styles.text}>{comment.text}</p>
      )}
      {withdraw.error && <Note tone="overdue" live>{problemText(t, asProblem(withdraw.error))}</Note>}
      <div className={styles.acts}>
        {comment.allowed_acts.includes('reply') && (
          <Button size="small" type="link" onClick={reply}>{t('comment.reply')}</Button>
        )}
        {comment.allowed_acts.includes('withdraw') && reason === null && (
          <Button size="small" type="link" onClick={() => { setReason(''); }}>{t('comment.withdraw')}</Button>
        )}
        {reason !== null && (
          <form onSubmit={(event) => { event.preventDefault(); withdraw.mutate(); }}>
            <Input size="small" autoFocus aria-label={t('comment.reason')} placeholder={t('comment.reason')}
              value={reason} onChange={(event) => { setReason(event.target.value); }} />
            <Button size="small" htmlType="submit" disabled={!reason.trim()} loading={withdraw.isPending}>
              {t('comment.withdraw')}
            </Button>
          </form>
        )}
      </div>
    </li>
  );
}
