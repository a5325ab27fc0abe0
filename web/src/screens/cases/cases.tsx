import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { InstanceState } from '../../api/types';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { familiesQuery, instancesQuery } from '../../queries/instances';
import { STATES } from '../../search';
import { SearchBox } from '../queue/search-box';
import { CaseCards } from './case-cards';
import { CaseTable } from './case-table';
import styles from './cases.module.css';

/** The cases this person may see. Search and filters live in the address. */
export function Cases() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/office/cases' });
  const navigate = useNavigate({ from: '/cases' });
  const isPhone = useIsPhone();
  const list = useInfiniteQuery(instancesQuery(search));
  const { data: families = [] } = useQuery(familiesQuery);
  useTitle(t('cases.title'));
  const instances = list.data?.pages.flatMap((page) => page.items) ?? [];
  const startable = families.filter((family) => family.allowed_acts.includes('start'));
  const isFiltered = Boolean(search.q ?? search.state ?? search.family);
  return (
    <>
      <div className={styles.head}>
        <h1>{t('cases.title')}</h1>
        <SearchBox
          value={search.q ?? ''}
          placeholder={t('cases.search')}
          onSearch={(q) => void navigate({ search: (old) => ({ ...old, q: q || undefined }) })}
        />
        <Select<InstanceState | 'all'>
          className={styles.choice}
          aria-label={t('cases.state')}
          value={search.state ?? 'all'}
          onChange={(state) =>
            void navigate({ search: (old) => ({ ...old, state: state === 'all' ? undefined : state }) })
          }
          options={[
            { value: 'all', label: t('cases.all_states') },
            ...STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
          ]}
        />
        {families.length > 1 && (
          <Select
            className={styles.choice}
            aria-label={t('cases.family')}
            value={search.family ?? ''}
            onChange={(family) =>
              void navigate({ search: (old) => ({ ...old, family: family || undefined }) })
            }
            options={[
              { value: '', label: t('cases.all_families') },
              ...families.map((family) => ({ value: family.key, label: family.name })),
            ]}
          />
        )}
        {startable.length > 0 && (
          <Link to="/cases/new">
            <Button type="primary" tabIndex={-1}>{t('cases.start')}</Button>
          </Link>
        )}
      </div>
      <section className={styles.sheet} aria-label={t('cases.title')} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && instances.length === 0 && (
          <Blank title={t(isFiltered ? 'cases.no_match' : 'cases.none')}>
            {t(isFiltered ? 'cases.no_match_text' : 'cases.none_text')}
          </Blank>
        )}
        {instances.length > 0 &&
          (isPhone ? <CaseCards instances={instances} /> : <CaseTable instances={instances} families={families} />)}
      </section>
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('list.more')}
          </Button>
        </div>
      )}
    </>
  );
}
