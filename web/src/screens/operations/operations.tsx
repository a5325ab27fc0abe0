import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { failedJobsQuery, incidentGroupsQuery, type IncidentGroup } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { BatchProgress } from './batch-progress';
import { RetryDialog } from './retry-dialog';

/** What stands still and why: incidents by cause, retried by the group, with what came of each. */
export function Operations() {
  const { t } = useTranslation();
  const groups = useQuery(incidentGroupsQuery);
  const [batch, watch] = useState<string>();
  useTitle(t('operations.title'));
  return (
    <>
      <div className={admin.head}>
        <h1>{t('operations.title')}</h1>
        <Link to="/operations/migrations" className={admin.end}>{t('operations.migrations')}</Link>
      </div>
      <p className={admin.intro}>{t('operations.intro')}</p>
      {batch && <BatchProgress batchId={batch} close={() => { watch(undefined); }} />}
      <section className={admin.sheet} aria-labelledby="incidents">
        <h2 id="incidents">{t('operations.incidents')}</h2>
        {groups.isPending && <Waiting />}
        {groups.isError && <Failure error={groups.error} retry={() => void groups.refetch()} />}
        {groups.data?.length === 0 && <Blank title={t('operations.no_incidents')}>{t('operations.no_incidents_text')}</Blank>}
        {groups.data && groups.data.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th scope="col">{t('operations.cause')}</th>
                  <th scope="col">{t('operations.where')}</th>
                  <th scope="col" className={admin.count}>{t('operations.cases')}</th>
                  <th scope="col">{t('operations.since')}</th>
                  <th scope="col"><span className="sr-only">{t('operations.retry')}</span></th>
                </tr>
              </thead>
              <tbody>
                {groups.data.map((group) => <Group key={group.key} group={group} watch={watch} />)}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <FailedJobs />
    </>
  );
}

function Group({ group, watch }: { group: IncidentGroup; watch: (batchId: string) => void }) {
  const { t } = useTranslation();
  const [isOpen, open] = useState(false);
  const now = serverNow();
  return (
    <tr>
      <td className={admin.text}>{group.cause}</td>
      <td>
        {group.definition_name}
        <div className={table.faint}><code>{group.element_id}</code></div>
      </td>
      <td className={admin.count}>
        {group.count}
        <div>
          {group.samples.map((instanceId, place) => (
            <Link key={instanceId} to="/operations/cases/$instanceId" params={{ instanceId }}>
              {t('operations.sample', { number: place + 1 })}{' '}
            </Link>
          ))}
        </div>
      </td>
      <td className={table.nowrap}>
        {shortTime(group.first_at, now)}
        <div className={table.faint}>{t('operations.last', { time: shortTime(group.last_at, now) })}</div>
      </td>
      <td>
        {group.allowed_acts.includes('retry') && (
          <Button size="small" onClick={() => { open(true); }}>{t('operations.retry_all')}</Button>
        )}
        {isOpen && <RetryDialog group={group} close={() => { open(false); }} begun={watch} />}
      </td>
    </tr>
  );
}

function FailedJobs() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(failedJobsQuery);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (rows.length === 0) return null;
  return (
    <section className={admin.sheet} aria-labelledby="failed-jobs">
      <h2 id="failed-jobs">{t('operations.failed_jobs')}</h2>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('operations.job')}</th>
              <th scope="col">{t('operations.error')}</th>
              <th scope="col">{t('operations.due')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((job) => (
              <tr key={job.id}>
                <td>
                  {job.kind} <code>{job.element_id}</code>
                  {job.instance_id && (
                    <div>
                      <Link to="/operations/cases/$instanceId" params={{ instanceId: job.instance_id }}>{t('operations.open_case')}</Link>
                    </div>
                  )}
                </td>
                <td className={admin.text}>{job.error}</td>
                <td className={table.nowrap}>{shortTime(job.due_at, serverNow())}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {list.hasNextPage && (
        <p className={admin.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('list.more')}</Button>
        </p>
      )}
    </section>
  );
}
