import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import { failedJobsQuery, operations } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import { ActDialog } from '../admin/act-dialog';
import admin from '../admin/admin.module.css';
import { LineField } from '../admin/line-field';
import { useAct } from '../admin/use-act';
import { jobName } from './job-name';

/** What ran by itself and gave up; nothing is shown while there is none. */
export function FailedJobs() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(failedJobsQuery);
  const [retried, retry] = useState<string>();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (rows.length === 0) return null;
  return (
    <section className={admin.sheet} aria-labelledby="failed-jobs">
      <h2 id="failed-jobs">{t('operations.failed_jobs')}</h2>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards}`}>
          <thead>
            <tr>
              <th scope="col">{t('operations.job')}</th>
              <th scope="col">{t('operations.error')}</th>
              <th scope="col">{t('operations.due')}</th>
              <th scope="col"><span className="sr-only">{t('operations.retry')}</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map((job) => (
              <tr key={job.id}>
                <td>
                  {jobName(job.kind, t)} {job.element_id && <code>{job.element_id}</code>}
                  {job.instance_id && (
                    <div>
                      <Link to="/operations/cases/$instanceId" params={{ instanceId: job.instance_id }}>{t('operations.open_case')}</Link>
                    </div>
                  )}
                </td>
                <td className={admin.text} data-label={t('operations.error')}>{job.error}</td>
                <td className={table.nowrap} data-label={t('operations.due')}>{shortTime(job.due_at, serverNow())}</td>
                <td>
                  {job.allowed_acts.includes('retry') && (
                    <Button size="small" onClick={() => { retry(job.id); }}>{t('operations.retry')}</Button>
                  )}
                </td>
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
      {retried && <RetryJob jobId={retried} close={() => { retry(undefined); }} />}
    </section>
  );
}

export function RetryJob({ jobId, close }: { jobId: string; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const act = useAct({
    run: () => operations.retryJob(jobId, reason.trim()),
    touches: ['jobs', 'incidents', 'operated'],
    said: t('operations.retried'),
    after: close,
  });
  return (
    <ActDialog title={t('operations.retry')} okText={t('operations.retry')} isReady={reason.trim() !== ''} act={act} close={close}>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}
