import { useTranslation } from 'react-i18next';

import type { Dashboard } from '../../api/types';
import type { ScopeSearch } from '../../search';
import { FigureNumber } from './number';
import styles from './dashboard.module.css';

/** Measures taken, by kind; the bar is as long as the share of the most frequent one. */
export function MeasureList({ measures, scope }: { measures: Dashboard['measures']; scope: ScopeSearch }) {
  const { t } = useTranslation();
  const most = Math.max(...measures.map((measure) => measure.count), 1);
  if (measures.length === 0) return <p className={styles.faint}>{t('dashboard.no_measures')}</p>;
  return (
    <ul className={styles.measures}>
      {measures.map((measure) => (
        <li key={measure.kind}>
          <span>{measure.kind_name}</span>
          <span className={styles.bar} aria-hidden>
            <span style={{ width: `${String((measure.count / most) * 100)}%` }} />
          </span>
          <FigureNumber
            scope={scope}
            figure="measures"
            value={measure.count}
            of={{ key: measure.kind, named: measure.kind_name }}
          />
        </li>
      ))}
    </ul>
  );
}
