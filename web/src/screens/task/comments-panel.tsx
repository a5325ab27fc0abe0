import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Comment, Task } from '../../api/types';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { OpinionField } from '../../parts/phrases/opinion-field';
import { problemText } from '../../parts/problem-text';
import { useKept } from '../../parts/use-kept';
import { Waiting } from '../../parts/waiting';
import { comments, commentsQuery } from '../../queries/comments';
import { CommentEntry } from './comment-entry';
import styles from './comments-panel.module.css';

/** 意见: opinions, questions and replies about the task; said once, withdrawn with a reason. */
export function CommentsPanel({ task }: { task: Task }) {
  const { t } = useTranslation();
  const list = useQuery(commentsQuery(task.id));
  const [answered, answer] = useState<Comment | null>(null);
  if (list.isPending) return <Waiting />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  return (
    <div className={styles.panel}>
      {list.data.length === 0 && <Blank title={t('comment.none')}>{t('comment.none_text')}</Blank>}
      <ol className={styles.list}>
        {list.data.map((one) => (
          <CommentEntry key={one.id} comment={one} taskId={task.id} reply={() => { answer(one); }} />
        ))}
      </ol>
      {task.allowed_acts.includes('comment') && (
        <Say key={answered?.id} taskId={task.id} answered={answered} done={() => { answer(null); }} />
      )}
    </div>
  );
}

type SayProps = { taskId: string; answered: Comment | null; done: () => void };

function Say({ taskId, answered, done }: SayProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<'opinion' | 'question'>('opinion');
  const [text, setText, drop] = useKept(`comment ${taskId} ${answered?.id ?? ''}`);
  const act = useMutation({
    mutationFn: () =>
      comments.say(taskId, {
        kind: answered ? 'reply' : kind,
        text: text.trim(),
        reply_to: answered?.id ?? null,
      }),
    onSuccess: async () => {
      setText('');
      drop();
      done();
      await client.invalidateQueries(commentsQuery(taskId));
    },
  });
  return (
    <section aria-label={t('comment.say')}>
      {act.error && <Note tone="overdue" live>{problemText(t, asProblem(act.error))}</Note>}
      {answered ? (
        <p className={styles.faint}>
          {t('comment.answering', { name: answered.author?.name ?? '', text: answered.text ?? '' })}{' '}
          <Button size="small" type="link" onClick={done}>{t('comment.not_reply')}</Button>
        </p>
      ) : (
        <Radio.Group aria-label={t('comment.kind')} value={kind}
          onChange={(event) => { setKind(event.target.value as typeof kind); }}>
          <Radio value="opinion">{t('comment.opinion')}</Radio>
          <Radio value="question">{t('comment.question')}</Radio>
        </Radio.Group>
      )}
      <OpinionField label={t('comment.text')} value={text} onChange={setText} isRequired />
      <div className={styles.act}>
        <Button disabled={!text.trim()} loading={act.isPending} onClick={() => { act.mutate(); }}>
          {t('comment.send')}
        </Button>
      </div>
    </section>
  );
}
