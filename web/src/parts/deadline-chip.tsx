import { ClockCircleOutlined, ExclamationCircleFilled, HourglassOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../api/types';
import { lastDay, shortDay } from '../format/dates';
import { chipOf } from '../format/days-left';
import styles from './deadline-chip.module.css';

const ICONS = {
  calm: ClockCircleOutlined,
  soon: HourglassOutlined,
  overdue: ExclamationCircleFilled,
};

type Props = { task: Pick<TaskSummary, 'due_at' | 'days_left' | 'light'>; now: string };

/** 剩3个工作日 · 11-26: words, icon and colour, never colour alone. */
export function DeadlineChip({ task, now }: Props) {
  const { t } = useTranslation();
  const chip = chipOf(task.days_left, task.light);
  if (chip.tone === 'none') return <span className={styles.none}>{t('chip.none')}</span>;
  const Icon = ICONS[chip.tone];
  return (
    <span className={`${styles.chip} ${styles[chip.tone]}`}>
      <Icon aria-hidden />
      {t(chip.words, { amount: chip.amount })}
      {task.due_at && <span className={styles.day}>{shortDay(lastDay(task.due_at), now)}</span>}
    </span>
  );
}
