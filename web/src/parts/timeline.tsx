import { useTranslation } from 'react-i18next';

import type { HistoryEvent } from '../api/types';
import { shortTime } from '../format/dates';
import { elapsed } from '../format/quantities';
import { serverNow } from '../session/clock';
import styles from './timeline.module.css';

/** Name and post, act, opinion, time, elapsed: the record as the office knows it. */
export function Timeline({ events }: { events: HistoryEvent[] }) {
  const now = serverNow();
  return (
    <ol className={styles.timeline}>
      {events.map((event) => (
        <Entry key={event.id} event={event} now={now} />
      ))}
    </ol>
  );
}

function Entry({ event, now }: { event: HistoryEvent; now: string }) {
  const { t } = useTranslation();
  const { actor, opinion, elapsed_seconds: seconds } = event;
  const spent = seconds === null ? null : elapsed(seconds);
  return (
    <li className={styles.entry}>
      <time dateTime={event.at}>{shortTime(event.at, now)}</time>
      <div className={styles.body}>
        <p>
          <strong>{actor?.name ?? t('history.system')}</strong>
          {actor?.title && <span className={styles.faint}> {actor.title}</span>}
        </p>
        <p>{event.text}</p>
        {opinion && <blockquote className={styles.opinion}>{opinion}</blockquote>}
        {spent && <p className={styles.faint}>{t(`elapsed.${spent.unit}`, { amount: spent.amount })}</p>}
      </div>
    </li>
  );
}
