import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { ProblemCounts as Counts } from '../../api/types';
import { PROBLEM_STATES, type ProblemsSearch } from '../../search';
import styles from './problems.module.css';

/** How many in all, open and overdue, and in each state; each opens the list behind it. */
export function ProblemCounts({ counts, search }: { counts: Counts; search: ProblemsSearch }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.counts} aria-label={t('ledger.counts')}>
      <li>
        {t('ledger.total')} <b>{counts.total}</b>
      </li>
      <li>
        {t('ledger.unsettled')} <b>{counts.unsettled}</b>
      </li>
      <li>
        <Link to="/problems" search={{ ...search, overdue: true }} className={counts.overdue > 0 ? styles.late : undefined}>
          {t('ledger.overdue')} {counts.overdue}
        </Link>
      </li>
      {counts.states.map((one) => {
        const state = PROBLEM_STATES.find((known) => known === one.state);
        return (
          <li key={one.state}>
            <Link
              to="/problems"
              search={{ ...search, state }}
              className={state === search.state ? styles.chosen : undefined}
            >
              {state ? t(`problem_state.${state}`) : one.state_name} {one.count}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
