import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Recount } from '../../api/types';
import { shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import { recounts as acts, recountsQuery } from '../../queries/calendars';
import { migrationsQuery } from '../../queries/migrations';
import { retryBatchesQuery } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { useAct } from '../admin/use-act';

/** Of each kind so many are listed. */
const MOST = 5;

/** Work that goes on in the background, wherever it was begun; leaving a page ends none of it. */
export function LongWork() {
  const { t } = useTranslation();
  const { data: batches = [] } = useQuery(retryBatchesQuery);
  const { data: migrations = [] } = useQuery(migrationsQuery(undefined));
  const { data: recounts = [] } = useQuery(recountsQuery);
  if (batches.length + migrations.length + recounts.length === 0) return null;
  return (
    <section className={admin.sheet} aria-labelledby="long-work">
      <h2 id="long-work">{t('operations.long_work')}</h2>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards}`}>
          <thead>
            <tr>
              <th scope="col">{t('operations.work')}</th>
              <th scope="col">{t('migrations.started')}</th>
              <th scope="col">{t('operations.progress')}</th>
            </tr>
          </thead>
          <tbody>
            {migrations.slice(0, MOST).map((row) => {
              const done = row.moved + row.refused + row.reverted;
              return (
                <Work key={row.id} begun={row.started_at} done={done} total={done + row.waiting + row.returning} said={t(`migrations.state_${row.state}`)}>
                  <Link to="/operations/migrations/$migrationId" params={{ migrationId: row.id }}>
                    {t('migrations.versions', { from: row.from_version, to: row.to_version })}
                  </Link>
                </Work>
              );
            })}
            {batches.slice(0, MOST).map((row) => (
              <Work key={row.id} begun={row.started_at} done={row.done} total={row.total}>
                <Link to="/operations" search={{ batch: row.id }}>{t('operations.batch')}</Link>
                <div className={table.faint}>{row.reason}</div>
              </Work>
            ))}
            {recounts.slice(0, MOST).map((row) => (
              <Work
                key={row.id} begun={row.started_at} said={t(`migrations.state_${row.state}`)}
                done={row.state === 'done' ? row.total : row.looked} total={row.total}
                act={row.state !== 'done' && <Hold recount={row} />}
              >
                <Link to="/admin/calendar">{t('operations.recount', { of: row.year ?? row.key ?? '' })}</Link>
                <div className={table.faint}>{row.reason}</div>
              </Work>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type Props = { begun: string; done: number; total: number; said?: string; act?: ReactNode; children: ReactNode };

function Work({ begun, done, total, said, act, children }: Props) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>{children}</td>
      <td className={table.nowrap} data-label={t('migrations.started')}>{shortTime(begun, serverNow())}</td>
      <td data-label={t('operations.progress')}>
        {said} {t('operations.of_all', { done, total })} {act}
        <Progress aria-label={t('operations.progress')} size="small" showInfo={false} percent={total === 0 ? 100 : Math.round((done / total) * 100)} />
      </td>
    </tr>
  );
}

/** Counting stops and goes on where it was; what was moved stays moved. */
function Hold({ recount }: { recount: Recount }) {
  const { t } = useTranslation();
  const isRunning = recount.state === 'running';
  const act = useAct({
    run: () => (isRunning ? acts.pause(recount.id) : acts.resume(recount.id)),
    touches: ['recounts'],
    said: t(isRunning ? 'migrations.paused' : 'migrations.resumed'),
  });
  return (
    <Button size="small" loading={act.isPending} onClick={() => { act.mutate(); }}>
      {t(isRunning ? 'migrations.pause' : 'migrations.resume')}
    </Button>
  );
}
