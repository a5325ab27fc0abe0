import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { BulkAnswer, TaskSummary } from '../../api/types';
import { taskName } from '../../parts/task-name';
import styles from './bulk-bar.module.css';

/** Each task with what came of it; why one could not be done stands beside it. */
export function BulkResults({ results, tasks }: { results: BulkAnswer; tasks: TaskSummary[] }) {
  const { t } = useTranslation();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return (
    <div role="status">
      <p>{t('bulk.done', { done: results.done, failed: results.failed })}</p>
      <ul className={styles.results}>
        {results.results.map((one) => {
          const task = byId.get(one.task_id);
          const Icon = one.done ? CheckCircleOutlined : CloseCircleOutlined;
          return (
            <li key={one.task_id} className={one.done ? styles.done : styles.failed}>
              <Icon aria-hidden />
              <div>
                {task ? taskName(task) : one.name} <span className={styles.faint}>{task?.instance.title}</span>
                <p>{one.done ? t('bulk.item_done') : one.detail}</p>
                {one.errors.map((fault) => <p key={fault.pointer}>{fault.detail}</p>)}
              </div>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
