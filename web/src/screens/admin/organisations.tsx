import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { allOrganisationsQuery, organisations } from '../../queries/organisations';
import { useSession } from '../../session/session';
import { SearchBox } from '../queue/search-box';
import { ImportDialog } from './import-dialog';
import { NewOrganisation } from './new-organisation';
import { foundIn, treeOf } from './unit-tree';
import { UnitTable } from './unit-table';
import styles from './admin.module.css';

/** The tree of units: the security administrator changes it, the auditor reads it. */
export function Organisations() {
  const { t } = useTranslation();
  const { q } = useSearch({ from: '/office/admin/organisations' });
  const navigate = useNavigate({ from: '/admin/organisations' });
  const list = useInfiniteQuery(allOrganisationsQuery);
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const [opened, open] = useState<'new' | 'import'>();
  const [shut, shutBranches] = useState<ReadonlySet<string>>(new Set());
  const mayChange = useSession().acts.includes('manage_accounts');
  useTitle(t('admin.organisations'));
  // a branch can be anywhere in the list: the tree stands when all of it is here
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const units = list.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = q ? foundIn(units, q) : treeOf(units, (id) => !shut.has(id));
  const close = () => { open(undefined); };
  const toggle = (id: string) => { shutBranches(new Set(shut.has(id) ? [...shut].filter((one) => one !== id) : [...shut, id])); };
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.organisations')}</h1>
        <SearchBox
          value={q ?? ''}
          placeholder={t('units.search')}
          onSearch={(text) => void navigate({ search: { q: text || undefined }, replace: true })}
        />
        {mayChange && (
          <span className={styles.end}>
            <Button onClick={() => { open('import'); }}>{t('units.import')}</Button>{' '}
            <Button type="primary" onClick={() => { open('new'); }}>{t('units.new')}</Button>
          </span>
        )}
      </div>
      <section className={styles.sheet} aria-label={t('admin.organisations')} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={8} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Blank title={t(q ? 'units.no_match' : 'units.none')}>{t(q ? 'units.no_match_text' : 'units.none_text')}</Blank>
        )}
        {rows.length > 0 && <UnitTable rows={rows} units={units} shut={shut} toggle={toggle} mayChange={mayChange} />}
      </section>
      {opened === 'new' && <NewOrganisation units={units} close={close} />}
      {opened === 'import' && (
        <ImportDialog
          title={t('units.import')}
          columns={t('units.columns')}
          send={organisations.importList}
          touches={['organisations']}
          close={close}
        />
      )}
    </>
  );
}
