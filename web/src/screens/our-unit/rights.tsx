import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Obligations, Period } from '../../api/types';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { periodsQuery } from '../../queries/obligations';
import { ObligationCard } from './obligation-card';
import { PeriodLine } from './period-line';
import styles from './rights.module.css';

const RIGHTS = ['defence', 'review', 'appeal', 'extension'] as const;
type Right = (typeof RIGHTS)[number];

/** The clocks of each right, by the keys of the parameters; those of more time say so themselves. */
const PERIODS: Record<Exclude<Right, 'extension'>, readonly string[]> = {
  defence: ['defence.preliminary', 'account.defence'],
  review: ['review.apply'],
  appeal: ['appeal.direct', 'appeal.after_review'],
};

/** What we may do and need not: each right in plain words, its clock and its article. */
export function Rights({ owed }: { owed: Obligations | undefined }) {
  const { t } = useTranslation();
  const periods = useQuery(periodsQuery);
  if (periods.isPending) return <Waiting lines={8} />;
  if (periods.isError) return <Failure error={periods.error} retry={() => void periods.refetch()} />;
  return (
    <ul className={styles.rights}>
      {RIGHTS.map((right) => {
        const open = owed?.tasks.filter((one) => one.right === right) ?? [];
        return (
          <li key={right} className={styles.right}>
            <h2>{t(`right.${right}`)}</h2>
            <p>{t(`right.${right}_text`)}</p>
            <ul className={styles.periods}>
              {of(right, periods.data).map((period) => (
                <PeriodLine key={period.key} period={period} isExtension={right === 'extension'} />
              ))}
            </ul>
            {open.length > 0 ? (
              <ul className={styles.open}>
                {open.map((one) => (
                  <ObligationCard key={one.task.id} obligation={one} isFirst={false} />
                ))}
              </ul>
            ) : (
              <p className={styles.none}>{t(right === 'extension' ? 'right.where' : 'right.none')}</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function of(right: Right, periods: Period[]): Period[] {
  if (right === 'extension') return periods.filter((period) => period.extensions && period.binds !== 'office');
  return PERIODS[right].flatMap((key) => periods.filter((period) => period.key === key));
}
