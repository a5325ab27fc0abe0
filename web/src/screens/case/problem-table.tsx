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
                {problem.requirement && <div className={table.faint}>{problem.requirement}</div>}
              </td>
              <td className={table.nowrap}>{problem.class ? t('problems.class_value', { key: problem.class, name: problem.class_name }) : '—'}</td>
              <td className={`${table.nowrap} ${problem.is_overdue ? table.late : ''}`}>
                {problem.limit_on ? isoDay(problem.limit_on) : '—'}
                {problem.is_overdue && ` ${t('problems.overdue')}`}
              </td>
              <td className={table.nowrap}>{problem.state_name}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
