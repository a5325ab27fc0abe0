import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { FIRST_TAB } from '../../search';
import { BatchWork } from './batch-work';
import { BulkBar } from './bulk-bar';
import { KeyHelp } from './key-help';
import { QueueTabs } from './queue-tabs';
import { SearchBox } from './search-box';
import { SortChoice } from './sort-choice';
import { TaskCards } from './task-cards';
import { TaskTable } from './task-table';
import { queueQuery } from '../../queries/tasks';
import { useChecked } from './use-checked';
import { useClaim } from './use-claim';
import { useKeys } from './use-keys';
import { useSelected } from './use-selected';
import styles from './queue.module.css';

const FilterDialog = lazy(() => import('../../parts/saved-filters/filter-dialog'));

/** What waits for this person. Tab, search and order live in the address. */
export function Queue() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/office/tasks' });
  const navigate = useNavigate({ from: '/tasks' });
  const tab = search.tab ?? FIRST_TAB;
  const sort = search.sort ?? 'due_at';
  const isPhone = useIsPhone();
  const [helping, setHelping] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const list = useInfiniteQuery(queueQuery(search));
  const tasks = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const [selected, select] = useSelected(tasks);
  const claim = useClaim();
  const checked = useChecked(tasks);
  const [isKeeping, setKeeping] = useState(false);
  useTitle(t(`tab.${tab}`));
  useKeys({
    tasks,
    selected,
    select,
    open: (task) => void navigate({ to: '/tasks/$taskId', params: { taskId: task.id } }),
    claim: claim.mutate,
    check: checked.toggle,
    search: () => searchBox.current?.focus(),
    help: () => {
      setHelping(true);
    },
  });
  const rows = { tasks, tab, selected, select, claim, checked };
  return (
    <>
      <div className={styles.head}>
        <h1>{t('queue.title')}</h1>
        <SearchBox
          ref={searchBox}
          value={search.q ?? ''}
          onSearch={(q) => void navigate({ search: (old) => ({ ...old, q: q || undefined }) })}
        />
        <SortChoice
          value={search.sort}
          onChange={(sort) => void navigate({ search: (old) => ({ ...old, sort }) })}
        />
        <Button onClick={() => { setKeeping(true); }}>{t('kept_filter.title')}</Button>
        <Button
          className={styles.help}
          onClick={() => {
            setHelping(true);
          }}
        >
          {t('queue.keys')} <kbd>?</kbd>
        </Button>
      </div>
      <QueueTabs />
      <BatchWork chosen={search.batch} tasks={tasks} />
      <section className={styles.sheet} aria-label={t(`tab.${tab}`)} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && tasks.length === 0 && (
          <Blank title={search.q ? t('queue.no_match', { q: search.q }) : t(`queue.empty_${tab}`)}>
            {search.q ? t('queue.no_match_text') : t(`queue.empty_${tab}_text`)}
          </Blank>
        )}
        {tasks.length > 0 && (isPhone ? <TaskCards {...rows} /> : <TaskTable {...rows} />)}
        <BulkBar checked={checked} />
      </section>
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('list.more')}
          </Button>
        </div>
      )}
      {isKeeping && (
        <Suspense>
          <FilterDialog
            view={{ of: 'tasks', tab, q: search.q ?? '', sort }}
            said={t('kept_filter.now', { tab: t(`tab.${tab}`), q: search.q ?? '—', sort: t(`sort.${sort}`) })}
            name={search.q}
            close={() => { setKeeping(false); }}
          />
        </Suspense>
      )}
      <KeyHelp
        open={helping}
        close={() => {
          setHelping(false);
        }}
      />
    </>
  );
}
