import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { longDay } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { DeadlineChip } from '../../parts/deadline-chip';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { clocksQuery } from '../../queries/instances';
import { serverNow } from '../../session/clock';
import styles from './clocks.module.css';

/** Every clock of the case, until when and why that day; those that run come first. */
export function Clocks({ instanceId }: { instanceId: string }) {
  const { t, i18n } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(clocksQuery(instanceId));
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data.length === 0) return <Blank title={t('clocks.none')}>{t('clocks.none_text')}</Blank>;
  const runs = (state: string) => state === 'open' || state === 'paused';
  const rows = [...data].sort((a, b) => Number(runs(b.state)) - Number(runs(a.state)));
  const now = serverNow();
  return (
    <ul>
      {rows.map((clock) => (
        <li key={clock.id} className={styles.clock}>
          <div className={styles.top}>
            <h3>{clock.name}</h3>
            {runs(clock.state) ? <DeadlineChip task={clock} now={now} /> : <span>{t(`clocks.${clock.state}`)}</span>}
          </div>
          <p>
            <time dateTime={clock.due_on}>{longDay(clock.due_on, i18n.language)}</time>
            {clock.state === 'paused' && ` ${t('clocks.paused')}`}
          </p>
          <p className={styles.why}>{clock.why}</p>
          <p className={styles.why}>
            {t('clocks.ground', { text: clock.basis || clock.source })}{' '}
            {t(clock.is_law ? 'deadline.is_law' : 'deadline.is_default')}
          </p>
        </li>
      ))}
    </ul>
  );
}
