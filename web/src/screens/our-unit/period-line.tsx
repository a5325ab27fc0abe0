import { useTranslation } from 'react-i18next';

import type { Period } from '../../api/types';
import styles from './rights.module.css';

/** How long, from which event, what a lapse means, and whether a law says so: all from the parameter. */
export function PeriodLine({ period, isExtension }: { period: Period; isExtension: boolean }) {
  const { t } = useTranslation();
  const longest: unknown = period.extensions?.['longest'];
  return (
    <li className={styles.period}>
      <p>
        <strong>{period.name}</strong>
        <span className={period.is_law ? styles.law : styles.default}>
          {t(period.is_law ? 'deadline.is_law' : 'deadline.is_default')}
        </span>
      </p>
      <p>
        {isExtension
          ? typeof longest === 'number' && t('right.longest', { count: longest })
          : t('right.period', {
              length: t(`period.${period.unit}`, { amount: period.amount }),
              event: period.start_event,
            })}
      </p>
      {!isExtension && <p>{t('right.on_lapse', { text: period.on_lapse })}</p>}
      <p className={styles.ground}>{period.basis || period.source}</p>
    </li>
  );
}
