import { useTranslation } from 'react-i18next';

import type { Deadline } from '../api/types';
import { longDay } from '../format/dates';
import { DeadlineActs } from './deadline-acts/deadline-acts';
import styles from './deadline-card.module.css';

/** Until when, on which ground, counted from what, and why it is this day. */
export function DeadlineCard({ deadline, acts = true }: { deadline: Deadline; acts?: boolean }) {
  const { t, i18n } = useTranslation();
  const day = (date: string) => longDay(date, i18n.language);
  // the first stretch is what `why` tells; shown are pauses and extensions
  const changes = deadline.segments.filter((segment) => segment.kind !== 'initial');
  return (
    <section className={styles.card} aria-label={t('deadline.title')}>
      <h2>{deadline.name || t('deadline.title')}</h2>
      <p className={styles.due}>
        <span>{t('deadline.due')}</span>
        <time dateTime={deadline.due_on}>{day(deadline.due_on)}</time>
      </p>
      {deadline.state === 'paused' && <p className={styles.provisional}>{t('deadline.paused')}</p>}
      {deadline.state === 'missed' && <p className={styles.missed}>{t('deadline.missed')}</p>}
      {deadline.provisional && <p className={styles.provisional}>{t('deadline.provisional')}</p>}
      <p className={styles.why}>{deadline.why}</p>
      <dl className={styles.facts}>
        <div>
          <dt>{t('deadline.basis')}</dt>
          <dd>
            {deadline.basis || deadline.source}
            <span className={deadline.is_law ? styles.law : styles.default}>
              {t(deadline.is_law ? 'deadline.is_law' : 'deadline.is_default')}
            </span>
          </dd>
        </div>
        <div>
          <dt>{t('deadline.start')}</dt>
          <dd>{t('deadline.start_value', { day: day(deadline.starts_on), event: deadline.start_event })}</dd>
        </div>
        {changes.length > 0 && (
          <div>
            <dt>{t('deadline.segments')}</dt>
            <dd>
              <ul>
                {changes.map((segment) => (
                  <li key={`${segment.kind} ${segment.starts_on} ${segment.at ?? ''}`}>
                    <strong>{t(`segment.${segment.kind}`)}</strong> {day(segment.starts_on)}
                    {segment.ends_on && ` – ${day(segment.ends_on)}`} {segment.reason}
                    {segment.by_name && ` (${[segment.by_name, segment.confirmed_by].filter(Boolean).join(t('list.comma'))})`}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        {deadline.on_lapse && (
          <div>
            <dt>{t('deadline.on_lapse')}</dt>
            <dd>{deadline.on_lapse}</dd>
          </div>
        )}
      </dl>
      {acts && <DeadlineActs deadlineId={deadline.id} />}
    </section>
  );
}
