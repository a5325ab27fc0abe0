import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../api/types';
import { taskName } from '../../parts/task-name';
import type { Batch } from '../../queries/bulk';
import styles from './bulk-bar.module.css';

const ICONS = { waiting: ClockCircleOutlined, done: CheckCircleOutlined, refused: CloseCircleOutlined, stopped: CloseCircleOutlined };

/** Each task with what came of it; why one could not be done stands beside it. */
export function BulkResults({ results, tasks }: { results: Batch['results']; tasks: TaskSummary[] }) {
  const { t } = useTranslation();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return (
    <ul className={styles.results} tabIndex={0} aria-label={t('bulk.results')}>
      {results.map((one) => {
        const task = byId.get(one.task_id);
        const Icon = ICONS[one.state];
        return (
          <li key={one.task_id} className={styles[one.state]}>
            <Icon aria-hidden />
            <div>
              {task ? taskName(task) : one.name} <span className={styles.faint}>{task?.instance.title}</span>
              <p>{one.detail ?? t(`bulk.item_${one.state}`)}</p>
              {one.errors.map((fault) => <p key={fault.pointer}>{fault.detail}</p>)}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
