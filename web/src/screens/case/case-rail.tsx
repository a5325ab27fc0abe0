import { useTranslation } from 'react-i18next';

import type { Deadline, Instance } from '../../api/types';
import { longDay } from '../../format/dates';
import { PartyList } from '../../parts/party-list';
import { DeadlineCard } from '../../parts/deadline-card';
import styles from './case-rail.module.css';

/** The clocks of a case, the one that presses opened out, and who takes part. */
export function CaseRail({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const clocks = stillTold(instance.deadlines);
  // a right that nobody used, or a limit missed long ago, is not what presses now
  const nearest = clocks.find((deadline) => deadline.state === 'open');
  const others = clocks.filter((deadline) => deadline !== nearest);
  return (
    <aside className={styles.rail} aria-label={t('case.rail')}>
      {nearest && <DeadlineCard deadline={nearest} />}
      {others.length > 0 && (
        <section className={styles.card}>
          <h2>{t('case.clocks')}</h2>
          <ul>
            {others.map((deadline) => (
              <ClockLine key={deadline.id} deadline={deadline} />
            ))}
          </ul>
        </section>
      )}
      <section className={styles.card}>
        <h2>{t('people.title')}</h2>
        <PartyList
          first={[{ name: t('people.started_by'), values: instance.started_by ? [instance.started_by.name] : [] }]}
          parties={instance.parties}
        />
      </section>
    </aside>
  );
}

function ClockLine({ deadline }: { deadline: Deadline }) {
  const { t, i18n } = useTranslation();
  return (
    <li className={styles.clock}>
      <span>
        {deadline.name}
        {deadline.state === 'missed' && <small>{t('case.clock_lapsed')}</small>}
      </span>
      <time dateTime={deadline.due_on}>{longDay(deadline.due_on, i18n.language)}</time>
    </li>
  );
}

/** Clocks that run or ran out, the earliest first; those that were met are in the record. */
function stillTold(deadlines: Deadline[]): Deadline[] {
  return deadlines
    .filter((deadline) => deadline.state === 'open' || deadline.state === 'missed')
    .sort((a, b) => a.due_at.localeCompare(b.due_at));
}
