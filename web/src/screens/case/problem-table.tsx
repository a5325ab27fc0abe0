import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../../api/types';
import { isoDay } from '../../format/dates';
import table from '../../parts/plain-table.module.css';

/** The ledger of problems: each with its class, limit and state (一事一销). */
export function ProblemTable({ problems }: { problems: SupervisionCase['problems'] }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('problems.number')}</th>
            <th scope="col">{t('problems.title')}</th>
            <th scope="col">{t('problems.class')}</th>
            <th scope="col">{t('problems.limit')}</th>
            <th scope="col">{t('problems.state')}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map((problem) => (
            <tr key={problem.id}>
              <td>{problem.number}</td>
              <td>
                {problem.title}
                {problem.basis && <div><small>{problem.basis}</small></div>}
              </td>
              <td>{problem.class ?? '—'}</td>
              <td className={table.nowrap}>{problem.limit_on ? isoDay(problem.limit_on) : '—'}</td>
              <td className={table.nowrap}>{problem.state}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
