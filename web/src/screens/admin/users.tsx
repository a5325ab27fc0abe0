import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { accounts, accountsQuery } from '../../queries/accounts';
import { useSession } from '../../session/session';
import { SearchBox } from '../queue/search-box';
import { ImportDialog } from './import-dialog';
import { NewUser } from './new-user';
import { UserActs } from './user-acts';
import styles from './admin.module.css';

/** Accounts with their posts: the security administrator changes them, the auditor reads them. */
export function Users() {
  const { t } = useTranslation();
  const { q } = useSearch({ from: '/office/admin/users' });
  const navigate = useNavigate({ from: '/admin/users' });
  const list = useInfiniteQuery(accountsQuery(q));
  const [opened, open] = useState<'new' | 'import'>();
  const close = () => { open(undefined); };
  const mayChange = useSession().acts.includes('manage_accounts');
  useTitle(t('admin.users'));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.users')}</h1>
        <SearchBox
          value={q ?? ''}
          placeholder={t('users.search')}
          onSearch={(text) => void navigate({ search: { q: text || undefined }, replace: true })}
        />
        {mayChange && (
          <span className={styles.end}>
            <Button onClick={() => { open('import'); }}>{t('users.import')}</Button>{' '}
            <Button type="primary" onClick={() => { open('new'); }}>{t('users.new')}</Button>
          </span>
        )}
      </div>
      <section className={styles.sheet} aria-label={t('admin.users')} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={8} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && <Blank title={t('users.none')}>{t('users.none_text')}</Blank>}
        {rows.length > 0 && (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('users.person')}</th>
                  <th scope="col">{t('users.posts')}</th>
                  <th scope="col">{t('users.state')}</th>
                  <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>
                </tr>
              </thead>
              <tbody>
                {rows.map((account) => <UserRow key={account.id} account={account} mayChange={mayChange} />)}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {list.hasNextPage && (
        <p className={styles.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('list.more')}</Button>
        </p>
      )}
      {opened === 'new' && <NewUser close={close} />}
      {opened === 'import' && (
        <ImportDialog
          title={t('users.import')}
          columns={t('users.columns')}
          send={accounts.importList}
          touches={['accounts']}
          close={close}
        />
      )}
    </>
  );
}

function UserRow({ account, mayChange }: { account: Account; mayChange: boolean }) {
  const { t } = useTranslation();
  const state = account.is_active ? (account.is_activated ? 'active' : 'waiting') : 'closed';
  return (
    <tr>
      <td>
        <div>{account.name}</div>
        <div className={table.faint}>{[account.username, account.email, account.phone].filter(Boolean).join(' · ')}</div>
      </td>
      <td data-label={t('users.posts')}>
        {account.posts.map((post) => (
          <div key={post.id}>
            {post.organisation.name} {[post.title, post.group_name].filter(Boolean).join(' · ')}
            {post.until_on && <span className={table.faint}> {t('users.until', { day: post.until_on })}</span>}
          </div>
        ))}
        {account.posts.length === 0 && <span className={table.faint}>{t('users.no_posts')}</span>}
      </td>
      <td className={table.nowrap} data-label={t('users.state')}>
        {t(`users.state_${state}`)}
        {account.is_demo && <div className={table.faint}>{t('users.demo')}</div>}
      </td>
      <td>{mayChange && <UserActs account={account} />}</td>
    </tr>
  );
}
