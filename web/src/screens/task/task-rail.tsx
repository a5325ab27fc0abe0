import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { DeadlineCard } from '../../parts/deadline-card';
import { instanceQuery } from '../../queries/instances';
import styles from './task-rail.module.css';

/** Until when, and who. */
export function TaskRail({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  const { data: instance } = useQuery(instanceQuery(task.instance.id));
  const groups = task.candidate_groups.map((group) => group.name).join('、');
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
        <dl className={styles.people}>
          <div>
            <dt>{t('people.assignee')}</dt>
            <dd>{task.assignee?.name ?? t('people.nobody')}</dd>
          </div>
          {groups && (
            <div>
              <dt>{t('people.candidates')}</dt>
              <dd>{groups}</dd>
            </div>
          )}
          {task.from && (
            <div>
              <dt>{t('people.from')}</dt>
              <dd>{task.from.name}</dd>
            </div>
          )}
          {instance?.started_by && (
            <div>
              <dt>{t('people.started_by')}</dt>
              <dd>{instance.started_by.name}</dd>
            </div>
          )}
          {instance?.parties.map((party) => (
            <div key={`${party.relation} ${party.organisation.id}`}>
              <dt>{party.relation_name}</dt>
              <dd>{party.organisation.name}</dd>
            </div>
          ))}
        </dl>
      </section>
    </aside>
  );
}
