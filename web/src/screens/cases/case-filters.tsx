import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Family, InstanceState } from '../../api/types';
import styles from '../../parts/filter-bar.module.css';
import { UnitChoice } from '../../parts/unit-choice';
import { YearChoice } from '../../parts/year-choice';
import { CASE_STAGES, STATES, type CasesSearch } from '../../search';
import { SearchBox } from '../queue/search-box';

type Props = { search: CasesSearch; families: Family[]; change: (part: CasesSearch) => void };

/** What narrows the list of cases; all of it stands in the address. */
export function CaseFilters({ search, families, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="search">
      <SearchBox value={search.q ?? ''} placeholder={t('cases.search')} onSearch={(q) => { change({ q: q || undefined }); }} />
      <Select<InstanceState | 'all'>
        className={styles.choice}
        aria-label={t('cases.state')}
        value={search.state ?? 'all'}
        onChange={(state) => { change({ state: state === 'all' ? undefined : state }); }}
        options={[
          { value: 'all', label: t('cases.all_states') },
          ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
        ]}
      />
      <Select<NonNullable<CasesSearch['stage']> | 'all'>
        className={styles.choice}
        aria-label={t('cases.stage')}
        value={search.stage ?? 'all'}
        onChange={(stage) => { change({ stage: stage === 'all' ? undefined : stage }); }}
        options={[
          { value: 'all', label: t('cases.all_stages') },
          ...CASE_STAGES.map((stage) => ({ value: stage, label: t(`stage.${stage}`) })),
        ]}
      />
      <UnitChoice value={search.unit} onChange={(unit) => { change({ unit }); }} />
      <YearChoice value={search.year} onChange={(year) => { change({ year }); }} />
      {families.length > 1 && (
        <Select
          className={styles.choice}
          aria-label={t('cases.family')}
          value={search.family ?? ''}
          onChange={(family) => { change({ family: family || undefined }); }}
          options={[
            { value: '', label: t('cases.all_families') },
            ...families.map((family) => ({ value: family.key, label: family.name })),
          ]}
        />
      )}
      <Checkbox checked={search.mine ?? false} onChange={(event) => { change({ mine: event.target.checked || undefined }); }}>
        {t('cases.mine_only')}
      </Checkbox>
      <Checkbox checked={search.overdue ?? false} onChange={(event) => { change({ overdue: event.target.checked || undefined }); }}>
        {t('cases.overdue_only')}
      </Checkbox>
    </div>
  );
}
