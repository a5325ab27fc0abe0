import { useTranslation } from 'react-i18next';

import type { DeadlineMove } from '../../api/types';
import { isoDay } from '../../format/dates';
import table from '../../parts/plain-table.module.css';

type Props = { moves: DeadlineMove[]; total: number; said: string };

/** Clocks that would have another end, the first of them by name. */
export function Moves({ moves, total, said }: Props) {
  const { t } = useTranslation();
  if (total === 0) return <p>{t('rules.no_moves')}</p>;
  return (
    <>
      <p>{said} {t('rules.moves', { count: total })}</p>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('rules.case')}</th>
              <th scope="col">{t('rules.name')}</th>
              <th scope="col">{t('rules.from')}</th>
              <th scope="col">{t('rules.to')}</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((move) => (
              <tr key={move.deadline_id}>
                <td>{move.business_key}</td>
                <td>{move.name}<div className={table.faint}>{move.note}</div></td>
                <td className={table.nowrap}>{isoDay(move.from_on)}</td>
                <td className={table.nowrap}>{move.to_on ? isoDay(move.to_on) : '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
