import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';

import { lastDay, shortDay, shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import type { DryRun } from '../../queries/migrations';
import { serverNow } from '../../session/clock';
import styles from './migration.module.css';

type Props = { rows: DryRun[]; left: string[]; leave: (ids: string[]) => void };

/** What would become of each case: tokens, tasks and timers with old and new dates; or why it cannot go. */
export function DryRunTable({ rows, left, leave }: Props) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            <th scope="col">{t('migrations.case')}</th>
            <th scope="col">{t('migrations.result')}</th>
            <th scope="col">{t('migrations.tokens')}</th>
            <th scope="col">{t('migrations.dates')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Checkbox
                  checked={!left.includes(row.id)}
                  onChange={({ target }) => { leave(target.checked ? left.filter((id) => id !== row.id) : [...left, row.id]); }}
                >
                  {row.business_key ?? row.id}
                </Checkbox>
              </td>
              <td className={row.possible ? undefined : table.late} data-label={t('migrations.result')}>
                {row.possible ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />}{' '}
                {t(row.possible ? 'migrations.possible' : 'migrations.impossible')}
                {row.faults.map((fault, place) => (
                  <div key={place} className={table.faint}>{fault.detail} {fault.mend}</div>
                ))}
              </td>
              <td data-label={t('migrations.tokens')}>
                {row.tokens.map((token, place) => (
                  <div key={place}>{token.from === token.to ? token.to_name : t('migrations.goes', { from: token.from_name, to: token.to_name })}</div>
                ))}
              </td>
              <td className={styles.dates} data-label={t('migrations.dates')}>
                {row.tasks.map((task) => (
                  <div key={task.task}>
                    {task.name} {(task.due_before ?? task.due_after) && t('migrations.due', { dates: dates(task.due_before, task.due_after, day) })}
                    {task.draft === 'lost' && <> {t('migrations.draft_lost', { fields: task.lost_fields.join(t('list.comma')) })}</>}
                    {task.assignment === 'recomputed' && <> {t('migrations.assigned_anew')}</>}
                  </div>
                ))}
                {row.timers.map((timer, place) => (
                  <div key={place}>
                    {t(`migrations.timer_${timer.what}`, { element: timer.element_name })} {timer.after && t('migrations.due', { dates: dates(timer.before, timer.after, shortTime) })}
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Old → new, or the one date that stays. */
function dates(before: string | null, after: string | null, written: (date: string, now: string) => string): string {
  const shown = (date: string | null) => (date ? written(date, serverNow()) : '—');
  return before === after ? shown(after) : `${shown(before)} → ${shown(after)}`;
}

/** A task is due on a day, whose end the clock writes as the next one's beginning. */
function day(due: string, now: string): string {
  return shortDay(lastDay(due), now);
}
