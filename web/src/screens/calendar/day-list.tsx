import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { DeadlineRow } from '../../api/types';
import { longDay } from '../../format/dates';
import { weekday } from '../../format/months';
import { Blank } from '../../parts/blank';
import { DeadlineChip } from '../../parts/deadline-chip';
import { serverNow } from '../../session/clock';
import type { Mark } from './day-marks';
import styles from './day-list.module.css';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The same as a list by day, for screen readers, phones and print. */
export function DayList({ rows, mark }: { rows: DeadlineRow[]; mark: (day: string) => Mark }) {
  const { t, i18n } = useTranslation();
  const now = serverNow();
  if (rows.length === 0) return <Blank title={t('calendar.none')}>{t('calendar.none_text')}</Blank>;
  const days = [...new Set(rows.map((row) => row.due_on))];
  return (
    <ul className={styles.days}>
      {days.map((day) => {
        const { kind, name } = mark(day);
        return (
          <li key={day}>
            <h3>
              <time dateTime={day}>{longDay(day, i18n.language)}</time> {t(`calendar.${WEEKDAYS[weekday(day)] ?? 'mon'}`)}
              {kind !== 'workday' && <small> {name || t(`calendar.${kind}`)}</small>}
            </h3>
            <ul>
              {rows.filter((row) => row.due_on === day).map((row) => (
                <li key={row.id} className={styles.row}>
                  <span className={styles.name}>{row.name}</span>
                  <Link to="/cases/$instanceId" params={{ instanceId: row.instance.id }}>{row.instance.title}</Link>
                  <span className={styles.faint}>{row.instance.business_key}</span>
                  <DeadlineChip task={row} now={now} />
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
