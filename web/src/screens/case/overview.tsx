import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Instance, SupervisionCase } from '../../api/types';
import { Blank } from '../../parts/blank';
import { DeadlineChip } from '../../parts/deadline-chip';
import { holder } from '../../parts/holder';
import { taskName } from '../../parts/task-name';
import { serverNow } from '../../session/clock';
import { AccountabilityList } from './accountability-list';
import { MeasureTable } from './measure-table';
import styles from './overview.module.css';

type Props = { instance: Instance; dossier: SupervisionCase | null };

/** What is open now, what it is about, and what has been decided. */
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
                <Link to="/tasks/$taskId" params={{ taskId: task.id }}>
                  {taskName(task)}
                </Link>
                <span className={styles.holder}>{holder(task, t)}</span>
                <DeadlineChip task={task} now={serverNow()} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {dossier?.matter && (
        <section>
          <h2>{t('case.matter')}</h2>
          <p>{dossier.matter}</p>
        </section>
      )}
      {dossier && dossier.measures.length > 0 && (
        <section>
          <h2>{t('case.measures')}</h2>
          <MeasureTable measures={dossier.measures} />
        </section>
      )}
      {dossier && dossier.accountability.length > 0 && (
        <section>
          <h2>{t('case.accountability')}</h2>
          <AccountabilityList dossier={dossier} />
        </section>
      )}
    </div>
  );
}
