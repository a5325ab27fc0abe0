import { Link } from '@tanstack/react-router';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import { shortDay } from '../../format/dates';
import { DeadlineChip } from '../../parts/deadline-chip';
import { holder } from '../../parts/holder';
import { taskName } from '../../parts/task-name';
import { serverNow } from '../../session/clock';
import { ClaimButton } from './claim-button';
import type { Rows } from './task-table';
import styles from './task-cards.module.css';

/** The queue on a phone. */
export function TaskCards({ tasks, tab, select, claim, checked }: Rows) {
  const { t } = useTranslation();
  const now = serverNow();
  return (
    <ul className={styles.cards}>
      {tasks.map((task) => (
        <li key={task.id} className={styles.card}>
          <div className={styles.top}>
            <Checkbox
              className={styles.tick}
              aria-label={t('bulk.one', { name: `${taskName(task)} ${task.instance.title}` })}
              checked={checked.has(task.id)}
              onChange={() => { checked.toggle(task.id); }}
            />
            {task.is_unread && tab !== 'done' && <span className={styles.unread}><span className="sr-only">{t('task.unread')}</span></span>}
            <Link
              to="/tasks/$taskId"
              params={{ taskId: task.id }}
              className={styles.step}
              onClick={() => {
                select(task.id);
              }}
            >
              {taskName(task)}
            </Link>
            {tab === 'done' ? t(`task_state.${task.state}`) : <DeadlineChip task={task} now={now} />}
          </div>
          <p>{task.instance.title}</p>
          <p className={styles.facts}>
            {task.instance.business_key && <span>{task.instance.business_key}</span>}
            {task.instance.unit_name && <span>{task.instance.unit_name}</span>}
            <span>{t('task.received_on', { day: shortDay(task.created_at, now) })}</span>
            {tab !== 'mine' && <span>{holder(task, t)}</span>}
            {task.files > 0 && <span>{t('task.files', { count: task.files })}</span>}
          </p>
          <div className={styles.act}>
            <ClaimButton task={task} claim={claim} />
          </div>
        </li>
      ))}
    </ul>
  );
}
