import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { PartyList } from '../../parts/party-list';
import { DeadlineCard } from '../../parts/deadline-card';
import { instanceQuery } from '../../queries/instances';
import styles from './task-rail.module.css';

/** Until when, and who. */
export function TaskRail({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  const { data: instance } = useQuery(instanceQuery(task.instance.id));
  const starter = instance?.started_by;
  return (
    <aside className={className} aria-label={t('task.rail')}>
      {task.deadline ? (
        <DeadlineCard deadline={task.deadline} />
      ) : (
        <section className={styles.card}>
          <h2>{t('deadline.title')}</h2>
          <p className={styles.faint}>{t('deadline.none')}</p>
        </section>
      )}
      <section className={styles.card}>
        <h2>{t('people.title')}</h2>
        <PartyList
          first={[
            { name: t('people.assignee'), values: [task.assignee?.name ?? t('people.nobody')] },
            { name: t('people.candidates'), values: task.candidate_groups.map((group) => group.name) },
            { name: t('people.from'), values: task.from ? [task.from.name] : [] },
            { name: t('people.started_by'), values: starter ? [starter.name] : [] },
          ]}
          parties={instance?.parties ?? []}
        />
      </section>
    </aside>
  );
}
