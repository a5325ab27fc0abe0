import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Family, Instance } from '../../api/types';
import { shortDay } from '../../format/dates';
import { CopyText } from '../../parts/copy-text';
import { DeadlineChip } from '../../parts/deadline-chip';
import { taskName } from '../../parts/task-name';
import { holder } from '../../parts/holder';
import { serverNow } from '../../session/clock';
import { StateMark } from './state-mark';
import { unitOf } from './unit-of';
import styles from '../queue/task-table.module.css';

type Props = { instances: Instance[]; families: Family[] };

export function CaseTable({ instances, families }: Props) {
  const { t } = useTranslation();
  const now = serverNow();
  const familyName = (key: string) => families.find((family) => family.key === key)?.name ?? key;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('column.case')}</th>
          <th scope="col">{t('column.step')}</th>
          <th scope="col">{t('column.due')}</th>
          <th scope="col" className={styles.optional}>{t('column.started')}</th>
          <th scope="col">{t('column.state')}</th>
        </tr>
      </thead>
      <tbody>
        {instances.map((instance) => (
          <tr key={instance.id}>
            <td>
              <Link to="/cases/$instanceId" params={{ instanceId: instance.id }} className={styles.step}>
                {instance.title || familyName(instance.family)}
              </Link>
              <div className={styles.facts}>
                {instance.business_key && <CopyText text={instance.business_key} />}
                <span>{unitOf(instance) ?? familyName(instance.family)}</span>
              </div>
            </td>
            <td>
              {instance.open_tasks.slice(0, 2).map((task) => (
                <div key={task.id}>
                  {taskName(task)} <span className={styles.facts}>{holder(task, t)}</span>
                </div>
              ))}
              {instance.open_tasks.length > 2 && (
                <span className={styles.facts}>{t('cases.more_tasks', { count: instance.open_tasks.length })}</span>
              )}
              {instance.open_tasks.length === 0 && '—'}
            </td>
            <td>
              {instance.open_tasks[0] ? <DeadlineChip task={instance.open_tasks[0]} now={now} /> : '—'}
            </td>
            <td className={`${styles.day} ${styles.optional}`}>{shortDay(instance.started_at, now)}</td>
            <td><StateMark instance={instance} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
