import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Completion } from '../../api/types';
import { DeadlineChip } from '../../parts/deadline-chip';
import { taskName } from '../../parts/task-name';
import { NextSetting } from '../../parts/next-setting';
import { Note } from '../../parts/note';
import { queueQuery } from '../../queries/tasks';
import { serverNow } from '../../session/clock';
import styles from './finished.module.css';

/** What became of the act: it stands; what the system did after it; what to do next. */
export function Finished({ completion, said }: { completion: Completion; said?: string }) {
  const { t } = useTranslation();
  const { task, instance, incident, next_tasks: next } = completion;
  return (
    <section className={styles.sheet} aria-live="polite">
      <Note tone="done" title={said ?? t('finished.title', { name: taskName(task) })}>
        {instance.state === 'completed' ? t('finished.case_over') : t('finished.text')}
      </Note>
      {incident && (
        <Note tone="soon" title={t('finished.incident')}>
          {incident.message} {t('finished.incident_text')}
        </Note>
      )}
      {next.length > 0 && (
        <>
          <h2>{t('finished.next')}</h2>
          <ul className={styles.list}>
            {next.map((one) => (
              <li key={one.id}>
                <Link to="/tasks/$taskId" params={{ taskId: one.id }}>{taskName(one)}</Link>
                <DeadlineChip task={one} now={serverNow()} />
              </li>
            ))}
          </ul>
        </>
      )}
      {/* the list may not know yet that this one is done */}
      <Onward known={[task.id, ...next.map((one) => one.id)]} />
      <NextSetting />
      <p className={styles.links}>
        <Link to="/cases/$instanceId" params={{ instanceId: task.instance.id }}>{t('finished.case')}</Link>
        <Link to="/tasks">{t('finished.queue')}</Link>
      </p>
    </section>
  );
}

/** The first of the person's other tasks, so that work can go on without the list. */
function Onward({ known }: { known: string[] }) {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery(queueQuery({}));
  const first = data?.pages[0]?.items.find((task) => !known.includes(task.id));
  if (!first) return null;
  return (
    <p>
      {t('finished.onward')}{' '}
      <Link to="/tasks/$taskId" params={{ taskId: first.id }}>{taskName(first)}</Link>
      <span className={styles.faint}> {first.instance.title}</span>
    </p>
  );
}
