import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { delegationsQuery } from '../../queries/delegations';
import { DelegationRow } from './delegation-row';
import { GiveDialog } from './give-dialog';
import { Principals } from './principals';
import styles from './delegations.module.css';

/** 代理与离岗委托: for whom I may act, who acts for me, setting it up and ending it. */
export function Delegations() {
  const { t } = useTranslation();
  const [isGiving, setGiving] = useState(false);
  const list = useInfiniteQuery(delegationsQuery);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  useTitle(t('delegation.title'));
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>{t('delegation.title')}</h1>
        <Button type="primary" onClick={() => { setGiving(true); }}>{t('delegation.give')}</Button>
      </header>
      <Principals />
      <section className={styles.sheet} aria-label={t('delegation.mine')}>
        <h2>{t('delegation.mine')}</h2>
        {list.isPending && <Waiting />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Blank title={t('delegation.none')}>{t('delegation.none_text')}</Blank>
        )}
        <ul>{rows.map((row) => <DelegationRow key={row.id} row={row} />)}</ul>
        {list.hasNextPage && (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('list.more')}</Button>
        )}
      </section>
      {isGiving && <GiveDialog close={() => { setGiving(false); }} />}
    </div>
  );
}
