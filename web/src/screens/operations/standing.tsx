import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { InstanceState } from '../../api/types';
import bar from '../../parts/filter-bar.module.css';
import { useTitle } from '../../parts/use-title';
import { STATES, type StandingSearch } from '../../search';
import admin from '../admin/admin.module.css';
import { SearchBox } from '../queue/search-box';
import { StandingCases } from './standing-cases';

/** Every case by number, state and trouble, for who keeps them running. */
export function Standing() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/office/operations/cases' });
  const navigate = useNavigate({ from: '/operations/cases' });
  const change = (part: StandingSearch) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  useTitle(t('standing.title'));
  return (
    <>
      <p><Link to="/operations">{t('operations.back')}</Link></p>
      <div className={admin.head}><h1>{t('standing.title')}</h1></div>
      <div className={bar.bar} role="search">
        <SearchBox value={search.q ?? ''} placeholder={t('standing.search')} onSearch={(q) => { change({ q: q || undefined }); }} />
        <Select<InstanceState | 'all'>
          className={bar.choice}
          aria-label={t('standing.state')}
          value={search.state ?? 'all'}
          onChange={(state) => { change({ state: state === 'all' ? undefined : state }); }}
          options={[
            { value: 'all', label: t('cases.all_states') },
            ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
          ]}
        />
        <Checkbox checked={search.trouble ?? false} onChange={({ target }) => { change({ trouble: target.checked || undefined }); }}>
          {t('standing.trouble')}
        </Checkbox>
      </div>
      <StandingCases search={search} title={t('standing.list')} />
    </>
  );
}
