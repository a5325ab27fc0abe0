import { DownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { SavedFilters } from '../../parts/saved-filters/saved-filters';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { problemCountsQuery, problemsQuery, problemsWorkbook } from '../../queries/problems';
import { ProblemCards } from './problem-cards';
import { ProblemCounts } from './problem-counts';
import { ProblemFilters } from './problem-filters';
import { LedgerTable } from './ledger-table';
import styles from './problems.module.css';

/** Every problem of every case that this person may read; the filters live in the address. */
export function Problems() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/office/problems' });
  const navigate = useNavigate({ from: '/problems' });
  const isPhone = useIsPhone();
  const list = useInfiniteQuery(problemsQuery(search));
  const { data: counts } = useQuery(problemCountsQuery(search));
  useTitle(t('ledger.title'));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <div className={styles.head}>
        <h1>{t('ledger.title')}</h1>
        <SavedFilters of="problems" search={search} />
        <Button icon={<DownloadOutlined />} href={problemsWorkbook(search)} disabled={rows.length === 0} download>
          {t('filter.export')}
        </Button>
      </div>
      <ProblemFilters
        search={search}
        change={(part) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })}
      />
      {counts && <ProblemCounts counts={counts} search={search} />}
      <section className={styles.sheet} aria-label={t('ledger.title')} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Blank title={t(isFiltered ? 'ledger.no_match' : 'ledger.none')}>
            {t(isFiltered ? 'ledger.no_match_text' : 'ledger.none_text')}
          </Blank>
        )}
        {rows.length > 0 && (isPhone ? <ProblemCards rows={rows} /> : <LedgerTable rows={rows} />)}
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
