import { DownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { FigureRow } from '../../api/types';
import { isoDay } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { figureQuery, figureWorkbook } from '../../queries/dashboard';
import type { FigureName, FigureSearch } from '../../search';
import styles from './dashboard.module.css';

/** The list behind one number. An address without a figure leads back to the numbers. */
export function FigureScreen() {
  const search = useSearch({ from: '/office/dashboard/rows' });
  const { figure } = search;
  if (!figure) return <Navigate to="/dashboard" replace />;
  return <Rows search={{ ...search, figure }} />;
}

function Rows({ search }: { search: FigureSearch & { figure: FigureName } }) {
  const { t } = useTranslation();
  const { figure, key, named, ...scope } = search;
  const list = useInfiniteQuery(figureQuery({ ...scope, figure, key }));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const title = [named, t(`figure.${figure}`)].filter(Boolean).join(' · ');
  useTitle(title);
  return (
    <>
      <p><Link to="/dashboard" search={scope}>{t('dashboard.back')}</Link></p>
      <div className={styles.head}>
        <h1>{title}</h1>
        <Button href={figureWorkbook({ ...scope, figure, key })} icon={<DownloadOutlined aria-hidden />}>
          {t('dashboard.export')}
        </Button>
      </div>
      <section className={styles.sheet} aria-label={t('dashboard.rows')} aria-busy={list.isFetching}>
        {list.isPending && <Waiting lines={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && <Blank title={t('dashboard.rows')}>{t('dashboard.no_rows')}</Blank>}
        {rows.length > 0 && <RowTable rows={rows} />}
      </section>
      {list.hasNextPage && (
        <p className={styles.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('list.more')}
          </Button>
        </p>
      )}
    </>
  );
}

function RowTable({ rows }: { rows: FigureRow[] }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('dashboard.row_case')}</th>
            <th scope="col">{t('dashboard.row_unit')}</th>
            <th scope="col">{t('dashboard.what')}</th>
            <th scope="col">{t('dashboard.row_office')}</th>
            <th scope="col">{t('dashboard.since')}</th>
            <th scope="col">{t('dashboard.until')}</th>
            <th scope="col" className={styles.count}>{t('dashboard.took')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Link to="/cases/$instanceId" params={{ instanceId: row.instance_id }}>{row.title}</Link>
                <div className={table.faint}>{row.number}</div>
              </td>
              <td>{row.unit}</td>
              <td>{row.what}</td>
              <td>{row.office}</td>
              <td className={table.nowrap}>{isoDay(row.on)}</td>
              <td className={table.nowrap}>{row.until_on ? isoDay(row.until_on) : ''}</td>
              <td className={styles.count}>{row.days ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
