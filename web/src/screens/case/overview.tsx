import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Instance, SupervisionCase } from '../../api/types';
import { isoDay } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { DeadlineChip } from '../../parts/deadline-chip';
import { taskName } from '../../parts/task-name';
import { holder } from '../../parts/holder';
import table from '../../parts/plain-table.module.css';
import { serverNow } from '../../session/clock';
import styles from './overview.module.css';

type Props = { instance: Instance; dossier: SupervisionCase | null };

/** What is open now, and what has been decided. */
export function Overview({ instance, dossier }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.overview}>
      <section>
        <h2>{t('case.open_tasks')}</h2>
        {instance.open_tasks.length === 0 ? (
          <Blank title={t(`case.no_tasks_${instance.state}`)} />
        ) : (
          <ul className={styles.tasks}>
            {instance.open_tasks.map((task) => (
              <li key={task.id}>
                <Link to="/tasks/$taskId" params={{ taskId: task.id }}>{taskName(task)}</Link>
                <span className={styles.holder}>{holder(task, t)}</span>
                <DeadlineChip task={task} now={serverNow()} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {dossier && dossier.measures.length > 0 && (
        <section>
          <h2>{t('case.measures')}</h2>
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{t('measure.kind')}</th>
                  <th scope="col">{t('measure.target')}</th>
                  <th scope="col">{t('measure.decided_on')}</th>
                  <th scope="col">{t('measure.state')}</th>
                </tr>
              </thead>
              <tbody>
                {dossier.measures.map((measure) => (
                  <tr key={measure.id}>
                    <td>{measure.kind_name}</td>
                    <td>{measure.target}</td>
                    <td className={table.nowrap}>{measure.decided_on ? isoDay(measure.decided_on) : '—'}</td>
                    <td>{measure.state}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </div>
  );
}
