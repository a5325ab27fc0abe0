import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { LedgerRow } from '../../api/types';
import table from '../../parts/plain-table.module.css';
import styles from '../queue/task-table.module.css';
import { Limit, State } from './problem-mark';

/** The ledger for people who live in it: one line for each problem, its case beside it. */
export function LedgerTable({ rows }: { rows: LedgerRow[] }) {
  const { t } = useTranslation();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('problems.title')}</th>
          <th scope="col">{t('ledger.case')}</th>
          <th scope="col">{t('ledger.severity')}</th>
          <th scope="col" className={styles.optional}>{t('problems.class')}</th>
          <th scope="col">{t('problems.limit')}</th>
          <th scope="col" className={styles.optional}>{t('ledger.responsible')}</th>
          <th scope="col">{t('problems.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <Link to="/cases/$instanceId" params={{ instanceId: row.case.instance_id }} search={{ panel: 'problems' }} className={styles.step}>
                {t('ledger.numbered', { number: row.number, title: row.title })}
              </Link>
              {row.requirement && <div className={table.faint}>{row.requirement}</div>}
            </td>
            <td>
              <div>{row.case.unit.name}</div>
              <div className={styles.facts}>
                <span>{row.case.number}</span>
                <span>{row.case.title}</span>
              </div>
            </td>
            <td className={table.nowrap}>{row.severity_name}</td>
            <td className={`${table.nowrap} ${styles.optional}`}>{row.class ? t('problems.class_value', { key: row.class, name: row.class_name }) : '—'}</td>
            <td className={table.nowrap}><Limit row={row} /></td>
            <td className={styles.optional}>{[row.lead_unit, row.responsible_person].filter(Boolean).join(' ') || '—'}</td>
            <td className={table.nowrap}><State row={row} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
