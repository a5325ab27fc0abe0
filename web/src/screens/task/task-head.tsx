import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { CopyText } from '../../parts/copy-text';
import { taskName } from '../../parts/task-name';
import { DeadlineChip } from '../../parts/deadline-chip';
import { Present } from '../../live/present';
import { serverNow } from '../../session/clock';
import styles from './task-head.module.css';

export function TaskHead({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  const { instance } = task;
  return (
    <header className={`${styles.head} ${className ?? ''}`}>
      <div className={styles.line}>
        <h1>{taskName(task)}</h1>
        {task.state === 'completed' || task.state === 'cancelled' ? (
          <span className={styles.state}>{t(`task_state.${task.state}`)}</span>
        ) : (
          <DeadlineChip task={task} now={serverNow()} />
        )}
      </div>
      <p className={styles.facts}>
        {instance.business_key && <CopyText text={instance.business_key} />}
        <Link to="/cases/$instanceId" params={{ instanceId: instance.id }}>
          {instance.title}
        </Link>
        {instance.unit_name && <span>{instance.unit_name}</span>}
        <Present taskId={task.id} />
      </p>
    </header>
  );
}
