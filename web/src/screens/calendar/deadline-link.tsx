import { ClockCircleOutlined, ExclamationCircleFilled, HourglassOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';

import type { DeadlineRow } from '../../api/types';
import { chipOf } from '../../format/days-left';
import styles from './deadline-link.module.css';

const ICONS = { none: ClockCircleOutlined, calm: ClockCircleOutlined, soon: HourglassOutlined, overdue: ExclamationCircleFilled };

/** What ends and for whom, with its light as icon and words; leads to the case. */
export function DeadlineLink({ row }: { row: DeadlineRow }) {
  const { tone } = chipOf(row.days_left, row.light as Parameters<typeof chipOf>[1]);
  const Icon = ICONS[tone];
  return (
    <Link
      to="/cases/$instanceId"
      params={{ instanceId: row.instance.id }}
      className={`${styles.link} ${styles[tone]}`}
      title={`${row.name} ${row.light_text} ${row.instance.title}`}
    >
      <Icon aria-hidden /> {row.name}
      <span className="sr-only"> {row.light_text} {row.instance.title}</span>
    </Link>
  );
}
