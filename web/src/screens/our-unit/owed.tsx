import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Obligations } from '../../api/types';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { ClockCard } from './clock-card';
import { ObligationCard } from './obligation-card';
import styles from './cards.module.css';

/** Open steps by deadline, then clocks that have no step of their own. Rights stand in their own part. */
export function Owed({ owed }: { owed: UseQueryResult<Obligations> }) {
  const { t } = useTranslation();
  if (owed.isPending) return <Waiting lines={6} />;
  if (owed.isError) return <Failure error={owed.error} retry={() => void owed.refetch()} />;
  const { tasks, clocks } = owed.data;
  const duties = tasks.filter((one) => !one.right);
  const rights = tasks.filter((one) => one.right);
  const first = duties[0] ?? rights[0];
  return (
    <>
      {duties.length === 0 && (
        <Blank title={t('our_unit.none')}>{t('our_unit.none_text')}</Blank>
      )}
      <ul className={styles.cards}>
        {duties.map((one) => (
          <ObligationCard key={one.task.id} obligation={one} isFirst={one === first} />
        ))}
      </ul>
      {rights.length > 0 && (
        <section className={styles.more}>
          <h2>{t('our_unit.open_rights')}</h2>
          <p className={styles.faint}>{t('our_unit.open_rights_text')}</p>
          <ul className={styles.cards}>
            {rights.map((one) => (
              <ObligationCard key={one.task.id} obligation={one} isFirst={one === first} />
            ))}
          </ul>
        </section>
      )}
      {clocks.length > 0 && (
        <section className={styles.more}>
          <h2>{t('our_unit.clocks')}</h2>
          <ul className={styles.cards}>
            {clocks.map((clock) => (
              <ClockCard key={clock.id} clock={clock} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
