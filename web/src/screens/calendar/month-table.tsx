import { useTranslation } from 'react-i18next';

import type { DeadlineRow } from '../../api/types';
import { longDay } from '../../format/dates';
import { weeksOf } from '../../format/months';
import type { Mark } from './day-marks';
import { DeadlineLink } from './deadline-link';
import styles from './month-table.module.css';

/** What a day's cell has room for; the list has the rest. */
const SHOWN = 3;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

type Props = {
  month: string;
  today: string;
  rows: DeadlineRow[];
  mark: (day: string) => Mark;
  showDay: () => void;
};

/** A month as a table: each day with its kind in words and what ends on it. */
export function MonthTable({ month, today, rows, mark, showDay }: Props) {
  const { t, i18n } = useTranslation();
  const cell = (day: string) => {
    const due = rows.filter((row) => row.due_on === day);
    const { kind, name } = mark(day);
    const isToday = day === today;
    return (
      <td key={day} className={kind === 'workday' || kind === 'make_up' ? undefined : styles.rest} aria-current={isToday ? 'date' : undefined}>
        <div className={styles.top}>
          <time dateTime={day} aria-label={longDay(day, i18n.language)} className={isToday ? styles.today : undefined}>
            {Number(day.slice(8))}
          </time>
          {kind !== 'workday' && (
            <span className={kind === 'make_up' ? styles.worked : styles.mark}>
              {kind === 'make_up' ? t('calendar.make_up') : name || t(`calendar.${kind}`)}
            </span>
          )}
        </div>
        <ul>
          {due.slice(0, SHOWN).map((row) => (
            <li key={row.id}>
              <DeadlineLink row={row} />
            </li>
          ))}
        </ul>
        {due.length > SHOWN && (
          <button type="button" className={styles.more} onClick={showDay}>
            {t('calendar.more', { count: due.length - SHOWN })}
          </button>
        )}
      </td>
    );
  };
  return (
    <div className={styles.scroll}>
      <table className={styles.month}>
        <thead>
          <tr>
            {WEEKDAYS.map((day) => (
              <th key={day} scope="col">{t(`calendar.${day}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week, number) => (
            <tr key={number}>{week.map((day, place) => (day ? cell(day) : <td key={place} className={styles.other} />))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
