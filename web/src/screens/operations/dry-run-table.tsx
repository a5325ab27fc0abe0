import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import table from '../../parts/plain-table.module.css';
import type { DryRun } from '../../queries/migrations';
import { Values } from '../admin/values';

/** What would become of each case: where it stands, its tasks and drafts, its timers with both dates. */
export function DryRunTable({ rows, hasMore }: { rows: DryRun[]; hasMore: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('migrations.case')}</th>
              <th scope="col">{t('migrations.result')}</th>
              <th scope="col">{t('migrations.detail')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>{row.business_key ?? row.id}</td>
                <td className={row.possible ? undefined : table.late}>
                  {row.possible ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />}{' '}
                  {t(row.possible ? 'migrations.possible' : 'migrations.impossible')}
                </td>
                <td>
                  {row.faults.map((fault, place) => <p key={place}>{String(fault['detail'])} {String(fault['mend'])}</p>)}
                  <details>
                    <summary>{t('journal.show')}</summary>
                    <Values value={{ tokens: row.tokens, tasks: row.tasks, timers: row.timers, items: row.items }} />
                  </details>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasMore && <p>{t('migrations.more_cases')}</p>}
    </>
  );
}
