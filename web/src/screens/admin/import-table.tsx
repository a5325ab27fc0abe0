import { useTranslation } from 'react-i18next';

import type { ImportOutcome } from '../../api/types';
import table from '../../parts/plain-table.module.css';
import styles from './admin.module.css';

/** What each row of the list would do, or what is wrong with it; faults first. */
export function ImportTable({ rows }: { rows: ImportOutcome[] }) {
  const { t } = useTranslation();
  const sorted = [...rows].sort((a, b) => Number(b.outcome === 'faulty') - Number(a.outcome === 'faulty'));
  return (
    <div className={styles.lines} tabIndex={0} role="region" aria-label={t('import.lines')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.count}>{t('import.line')}</th>
            <th scope="col">{t('import.key')}</th>
            <th scope="col">{t('import.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={row.number}>
              <td className={styles.count}>{row.number}</td>
              <td>{row.key}</td>
              <td>
                <span className={row.outcome === 'faulty' ? table.late : undefined}>{t(`import.outcome_${row.outcome}`)}</span>
                {row.faults.map((fault) => <div key={fault.pointer + fault.detail}>{fault.detail}</div>)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
