import { useTranslation } from 'react-i18next';

import type { StepFigures } from '../../api/types';
import table from '../../parts/plain-table.module.css';
import type { ScopeSearch } from '../../search';
import { FigureNumber } from './number';
import { plain } from './rates';
import styles from './dashboard.module.css';

type Props = { steps: StepFigures[]; ends: number[]; scope: ScopeSearch };

/** How long steps wait and how long they took, in working days. */
export function StepTable({ steps, ends, scope }: Props) {
  const { t } = useTranslation();
  const heads = [...ends, undefined].map((end, place) => {
    const start = (ends[place - 1] ?? 0) + 1;
    if (end === undefined) return t('dashboard.age_last', { start: start - 1 });
    return place === 0 ? t('dashboard.age_first', { end }) : t('dashboard.age_next', { start, end });
  });
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>{t('dashboard.step')}</th>
            <th scope="col" rowSpan={2} className={styles.count}>{t('dashboard.waiting')}</th>
            <th scope="colgroup" colSpan={heads.length + 1} className={styles.group}>{t('dashboard.ages')}</th>
            <th scope="col" rowSpan={2} className={styles.count}>{t('dashboard.done')}</th>
            <th scope="col" rowSpan={2} className={styles.count}>{t('dashboard.median')}</th>
            <th scope="col" rowSpan={2} className={styles.count}>{t('dashboard.p90')}</th>
          </tr>
          <tr>
            {heads.map((head) => <th key={head} scope="col" className={styles.count}>{head}</th>)}
            <th scope="col" className={styles.count}>{t('dashboard.oldest')}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => {
            const of = { key: step.element_id, named: step.name };
            return (
              <tr key={step.element_id}>
                <th scope="row" className={styles.row}>{step.name}</th>
                <td className={styles.count}><FigureNumber scope={scope} figure="waiting" value={step.waiting} of={of} /></td>
                {step.ages.map((count, place) => (
                  <td key={heads[place]} className={`${styles.count} ${count > 0 && place === step.ages.length - 1 ? styles.late : ''}`}>
                    {count || ''}
                  </td>
                ))}
                <td className={styles.count}>{step.oldest ?? ''}</td>
                <td className={styles.count}><FigureNumber scope={scope} figure="done" value={step.done} of={of} /></td>
                <td className={styles.count}>{plain(step.median)}</td>
                <td className={styles.count}>{plain(step.p90)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
