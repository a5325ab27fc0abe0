import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { UnitChoice } from '../../parts/unit-choice';
import { YearChoice } from '../../parts/year-choice';
import { PROBLEM_STATES, SEVERITIES, type ProblemsSearch } from '../../search';
import { SearchBox } from '../queue/search-box';
import styles from '../../parts/filter-bar.module.css';

type Props = { search: ProblemsSearch; change: (part: ProblemsSearch) => void };

export function ProblemFilters({ search, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="search">
      <SearchBox value={search.q ?? ''} placeholder={t('ledger.search')} onSearch={(q) => { change({ q: q || undefined }); }} />
      <UnitChoice value={search.unit} onChange={(unit) => { change({ unit }); }} />
      <Select<NonNullable<ProblemsSearch['severity']> | 'all'>
        className={styles.choice}
        aria-label={t('ledger.severity')}
        value={search.severity ?? 'all'}
        onChange={(severity) => { change({ severity: severity === 'all' ? undefined : severity }); }}
        options={[
          { value: 'all', label: t('ledger.all_severities') },
          ...SEVERITIES.map((severity) => ({ value: severity, label: t(`severity.${severity}`) })),
        ]}
      />
      <Select<NonNullable<ProblemsSearch['state']> | 'all'>
        className={styles.choice}
        aria-label={t('ledger.state')}
        value={search.state ?? 'all'}
        onChange={(state) => { change({ state: state === 'all' ? undefined : state }); }}
        options={[
          { value: 'all', label: t('ledger.all_states') },
          ...PROBLEM_STATES.map((state) => ({ value: state, label: t(`problem_state.${state}`) })),
        ]}
      />
      <YearChoice value={search.year} onChange={(year) => { change({ year }); }} />
      <Checkbox
        checked={search.overdue ?? false}
        onChange={(event) => { change({ overdue: event.target.checked || undefined }); }}
      >
        {t('ledger.overdue_only')}
      </Checkbox>
    </div>
  );
}
