import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { LedgerRow } from '../../api/types';
import styles from '../queue/task-cards.module.css';
import { Limit, State } from './problem-mark';

/** The ledger on a phone. */
export function ProblemCards({ rows }: { rows: LedgerRow[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.cards}>
      {rows.map((row) => (
        <li key={row.id} className={styles.card}>
          <div className={styles.top}>
            <Link to="/cases/$instanceId" params={{ instanceId: row.case.instance_id }} search={{ panel: 'problems' }} className={styles.step}>
              {t('ledger.numbered', { number: row.number, title: row.title })}
            </Link>
            <State row={row} />
          </div>
          <p>{row.case.unit.name}</p>
          <p className={styles.facts}>
            <span>{row.case.number}</span>
            <span>{row.severity_name}</span>
            {row.class && <span>{t('problems.class_value', { key: row.class, name: row.class_name })}</span>}
            <Limit row={row} />
          </p>
        </li>
      ))}
    </ul>
  );
}
