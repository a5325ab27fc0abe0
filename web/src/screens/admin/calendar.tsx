import { useQuery } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { CalendarYear } from '../../api/types';
import { shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { calendarYearsQuery, recountsQuery } from '../../queries/calendars';
import { useSession } from '../../session/session';
import { serverNow } from '../../session/clock';
import { NoticeDialog } from './notice-dialog';
import styles from './admin.module.css';

/** The holiday notices of the years in force, bringing in a new one, and what it moved. */
export function NoticeYears() {
  const { t } = useTranslation();
  const list = useQuery(calendarYearsQuery);
  const [isOpen, open] = useState(false);
  const mayOperate = useSession().acts.includes('operate');
  useTitle(t('admin.calendar'));
  const mayImport = list.data?.some((year) => year.allowed_acts.includes('import')) ?? false;
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.calendar')}</h1>
        {mayImport && (
          <Button type="primary" className={styles.end} onClick={() => { open(true); }}>{t('notices.bring_in')}</Button>
        )}
      </div>
      <p className={styles.intro}>{t('notices.intro')}</p>
      {list.isPending && <Waiting lines={6} />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {[...(list.data ?? [])].sort((a, b) => b.year - a.year).map((year) => <Year key={year.id} year={year} />)}
      {mayOperate && <Recounts />}
      {isOpen && <NoticeDialog close={() => { open(false); }} />}
    </>
  );
}

function Year({ year }: { year: CalendarYear }) {
  const { t } = useTranslation();
  const names = [...new Set(year.rest_days.map((day) => day.name))];
  return (
    <section className={styles.sheet} aria-label={t('notices.year', { year: year.year })}>
      <h2>{t('notices.year', { year: year.year })}</h2>
      {year.provisional && <Note tone="soon">{t('notices.provisional')}</Note>}
      <p className={styles.off}>{t('notices.source', { source: year.source, version: year.version })}</p>
      <dl className={styles.days}>
        {names.map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{year.rest_days.filter((day) => day.name === name).map((day) => day.on.slice(5)).join(t('list.comma'))}</dd>
          </div>
        ))}
        {year.worked.length > 0 && (
          <div>
            <dt>{t('notices.worked')}</dt>
            <dd>{year.worked.map((day) => day.slice(5)).join(t('list.comma'))}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

/** Counting clocks anew goes on in the background and survives a reload of this page. */
function Recounts() {
  const { t } = useTranslation();
  const list = useQuery(recountsQuery);
  const rows = list.data ?? [];
  if (rows.length === 0) return null;
  return (
    <section className={styles.sheet} aria-labelledby="recounts">
      <h2 id="recounts">{t('notices.recounts')}</h2>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards}`}>
          <thead>
            <tr>
              <th scope="col">{t('notices.recount_of')}</th>
              <th scope="col">{t('notices.progress')}</th>
              <th scope="col" className={styles.count}>{t('notices.moved')}</th>
              <th scope="col" className={styles.count}>{t('notices.not_moved')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>
                  {row.year ? t('notices.year', { year: row.year }) : row.key}
                  <div className={table.faint}>
                    {row.started_by_name} {shortTime(row.started_at, serverNow())} {row.reason}
                  </div>
                </td>
                <td>
                  <Progress percent={row.total === 0 ? 100 : Math.round((row.looked / row.total) * 100)} size="small" aria-label={t('notices.progress')} />
                </td>
                <td className={styles.count}>{row.moved}</td>
                <td className={styles.count}>{row.refused}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
