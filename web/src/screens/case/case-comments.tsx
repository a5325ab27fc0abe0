import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { taskName } from '../../parts/task-name';
import { Waiting } from '../../parts/waiting';
import { caseCommentsQuery } from '../../queries/instances';
import { serverNow } from '../../session/clock';
import styles from './case-comments.module.css';

/** What was said of the tasks of the case; it is answered at the task. */
export function CaseComments({ instanceId }: { instanceId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(caseCommentsQuery(instanceId));
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data.length === 0) return <Blank title={t('said.none')}>{t('said.none_text')}</Blank>;
  const now = serverNow();
  return (
    <ul>
      {data.map((task) => (
        <li key={task.task_id} className={styles.task}>
          <h3>
            <Link to="/tasks/$taskId" params={{ taskId: task.task_id }} search={{ panel: 'comments' }}>{taskName(task)}</Link>
          </h3>
          <ul>
            {task.comments.map((one) => (
              <li key={one.id} className={one.reply_to ? styles.reply : styles.said}>
                <p>
                  <strong>{one.author?.name}</strong>{' '}
                  <span className={styles.faint}>{t(`comment.${one.kind}`)} · {shortTime(one.at, now)}</span>
                </p>
                <p className={styles.text}>{one.text ?? t('said.withdrawn')}</p>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
