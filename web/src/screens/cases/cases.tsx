import { DownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { SavedFilters } from '../../parts/saved-filters/saved-filters';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { casesWorkbook, familiesQuery, instancesQuery } from '../../queries/instances';
import { CaseCards } from './case-cards';
import { CaseFilters } from './case-filters';
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
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <div className={styles.head}>
        <h1>{t('cases.title')}</h1>
        <SavedFilters of="cases" search={search} />
        <Button icon={<DownloadOutlined />} href={casesWorkbook(search)} disabled={instances.length === 0} download>
          {t('filter.export')}
        </Button>
        {startable.length > 0 && (
          <Link to="/cases/new">
            <Button type="primary" tabIndex={-1}>{t('cases.start')}</Button>
          </Link>
        )}
      </div>
      <CaseFilters
        search={search}
        families={families}
        change={(part) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })}
      />
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
