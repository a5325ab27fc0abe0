import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import type { Operated } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { RetryJob } from './failed-jobs';
import { jobName } from './job-name';

/** What waits to run by itself in this case, and what gave up. */
export function JobList({ operated }: { operated: Operated }) {
  const { t } = useTranslation();
  const [retried, retry] = useState<string>();
  return (
    <section className={admin.sheet} aria-labelledby="case-jobs">
      <h2 id="case-jobs">{t('operations.jobs')}</h2>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.cards}`}>
          <thead>
            <tr>
              <th scope="col">{t('operations.job')}</th>
              <th scope="col">{t('operations.where')}</th>
              <th scope="col">{t('standing.state')}</th>
              <th scope="col">{t('operations.due')}</th>
              <th scope="col"><span className="sr-only">{t('operations.retry')}</span></th>
            </tr>
          </thead>
          <tbody>
            {operated.jobs.map((job) => (
              <tr key={job.id}>
                <td>{jobName(job.kind, t)}</td>
                <td data-label={t('operations.where')}>{job.element_name || job.element_id || '—'}</td>
                <td data-label={t('standing.state')}>
                  {t(`operations.job_${job.state}`)}
                  {job.error && <div className={table.faint}>{job.error}</div>}
                </td>
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
      {retried && <RetryJob jobId={retried} close={() => { retry(undefined); }} />}
    </section>
  );
}
