import { CheckOutlined, ExclamationCircleFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { LedgerRow } from '../../api/types';
import { isoDay } from '../../format/dates';
import styles from './problems.module.css';

/** Until when, and whether that has passed; words beside the colour. */
export function Limit({ row }: { row: LedgerRow }) {
  const { t } = useTranslation();
  if (!row.limit_on) return <>—</>;
  if (!row.is_overdue) return <>{isoDay(row.limit_on)}</>;
  return (
    <span className={styles.late}>
      <ExclamationCircleFilled aria-hidden /> {isoDay(row.limit_on)} {t('problems.overdue')}
    </span>
  );
}

export function State({ row }: { row: LedgerRow }) {
  return (
    <>
      {row.state === 'closed' && <CheckOutlined aria-hidden />} {row.state_name}
    </>
  );
}
