import { WarningOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { kindOf } from '../../diagram/outline';
import table from '../../parts/plain-table.module.css';
import admin from '../admin/admin.module.css';
import { isBusy, type Row } from './traffic-marks';

type Props = {
  rows: Row[];
  chosen: string | undefined;
  /** lists the cases at an element; not for who only models */
  choose?: (elementId: string, trouble?: true) => void;
};

/** The same as the drawing, in numbers. */
export function TrafficTable({ rows, chosen, choose }: Props) {
  const { t } = useTranslation();
  const [isWhole, showAll] = useState(false);
  const shown = isWhole ? rows : rows.filter(isBusy);
  return (
    <section className={admin.sheet} aria-labelledby="traffic">
      <div className={admin.head}>
        <h2 id="traffic">{t('traffic.title')}</h2>
        <Checkbox className={admin.end} checked={isWhole} onChange={({ target }) => { showAll(target.checked); }}>
          {t('traffic.show_all')}
        </Checkbox>
      </div>
      {shown.length === 0 && <p className={table.faint}>{t('traffic.nothing')}</p>}
      {shown.length > 0 && (
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`}>
            <thead>
              <tr>
                <th scope="col">{t('traffic.element')}</th>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" className={admin.count}>{t(`traffic.${column}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.element_id} aria-current={row.element_id === chosen ? 'true' : undefined}>
                  <td>
                    {row.element_name || row.element_id}
                    <div className={table.faint}>{t(`step_kind.${kindOf(row.kind)}`)}</div>
                  </td>
                  {COLUMNS.map((column) => (
                    <td key={column} className={`${admin.count} ${table.short}`} data-label={t(`traffic.${column}`)}>
                      <Cell row={row} column={column} choose={choose} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const COLUMNS = ['waiting', 'tasks', 'timers', 'incidents', 'jobs_failed', 'entered', 'left', 'mean', 'most', 'total'] as const;
type Column = (typeof COLUMNS)[number];

function Cell({ row, column, choose }: { row: Row; column: Column; choose?: Props['choose'] }) {
  const { t } = useTranslation();
  const value = valueOf(row, column);
  const name = row.element_name || row.element_id;
  if (choose && column === 'waiting' && row.tokens > 0) {
    return (
      <button type="button" className={table.link} aria-label={t('traffic.list_waiting', { name, count: row.tokens })} onClick={() => { choose(row.element_id); }}>
        {value}
      </button>
    );
  }
  if (column === 'incidents' && row.incidents > 0) {
    const icon = <WarningOutlined aria-hidden />;
    if (!choose) return <span className={table.late}>{icon} {value}</span>;
    return (
      <button type="button" className={`${table.link} ${table.late}`} aria-label={t('traffic.list_incidents', { name, count: row.incidents })} onClick={() => { choose(row.element_id, true); }}>
        {icon} {value}
      </button>
    );
  }
  return <>{value}</>;
}

function valueOf(row: Row, column: Column): number | string {
  switch (column) {
    case 'waiting': return row.tokens;
    case 'mean': return row.working_days_mean ?? '—';
    case 'most': return row.left > 0 ? row.working_days_most : '—';
    case 'total': return row.left > 0 ? row.working_days_total : '—';
    default: return row[column];
  }
}
