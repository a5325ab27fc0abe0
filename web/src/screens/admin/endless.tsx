import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import styles from './admin.module.css';

type Page<T> = { items: T[] };
type Props<T> = {
  list: UseInfiniteQueryResult<InfiniteData<Page<T>>>;
  label: string;
  none: string;
  children: (rows: T[]) => ReactNode;
};

/** A list that goes on by pages: waiting, failed, empty, or its rows with the way to more. */
export function Endless<T>({ list, label, none, children }: Props<T>) {
  const { t } = useTranslation();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <section className={styles.sheet} aria-label={label} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && <Blank title={label}>{none}</Blank>}
        {rows.length > 0 && children(rows)}
      </section>
      {list.hasNextPage && (
        <p className={styles.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('list.more')}</Button>
        </p>
      )}
    </>
  );
}
