import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { incidentGroupsQuery, type IncidentGroup } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { BatchProgress } from './batch-progress';
import { FailedJobs } from './failed-jobs';
import { LongWork } from './long-work';
import { RetryDialog } from './retry-dialog';

/** What stands still and why: incidents by cause, retried by the group, with what came of each. */
export function Operations() {
  const { t } = useTranslation();
  const { batch } = useSearch({ from: '/office/operations' });
  const navigate = useNavigate({ from: '/operations' });
  const watch = (id: string | undefined) => void navigate({ search: { batch: id }, replace: true });
  useTitle(t('operations.title'));
  return (
    <>
      <div className={admin.head}>
        <h1>{t('operations.title')}</h1>
        <span className={`${admin.acts} ${admin.end}`}>
          <Link to="/operations/cases">{t('standing.title')}</Link>
          <Link to="/definitions">{t('definitions.title')}</Link>
          <Link to="/operations/migrations">{t('operations.migrations')}</Link>
        </span>
      </div>
      <p className={admin.intro}>{t('operations.intro')}</p>
      {batch && <BatchProgress batchId={batch} close={() => { watch(undefined); }} />}
      <Groups watch={watch} />
      <FailedJobs />
      <LongWork />
    </>
  );
}

function Groups({ watch }: { watch: (batchId: string) => void }) {
  const { t } = useTranslation();
  const groups = useQuery(incidentGroupsQuery);
  return (
    <section className={admin.sheet} aria-labelledby="incidents">
      <h2 id="incidents">{t('operations.incidents')}</h2>
      {groups.isPending && <Waiting />}
      {groups.isError && <Failure error={groups.error} retry={() => void groups.refetch()} />}
      {groups.data?.length === 0 && <Blank title={t('operations.no_incidents')}>{t('operations.no_incidents_text')}</Blank>}
      {groups.data && groups.data.length > 0 && (
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`}>
            <thead>
              <tr>
                <th scope="col">{t('operations.cause')}</th>
                <th scope="col">{t('operations.where')}</th>
                <th scope="col">{t('operations.cases')}</th>
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
  );
}

function Group({ group, watch }: { group: IncidentGroup; watch: (batchId: string) => void }) {
  const { t } = useTranslation();
  const [isOpen, open] = useState(false);
  const now = serverNow();
  return (
    <tr>
      <td className={admin.text}>{group.cause}</td>
      <td data-label={t('operations.where')}>
        {group.definition_name}
        <div className={table.faint}><code>{group.element_id}</code></div>
      </td>
      <td data-label={t('operations.cases')}>
        {t('operations.incident_count', { count: group.count })}
        {group.cases.map((each) => (
          <div key={each.id}>
            <Link to="/operations/cases/$instanceId" params={{ instanceId: each.id }}>{each.business_key ?? each.id}</Link>
          </div>
        ))}
      </td>
      <td className={table.nowrap} data-label={t('operations.since')}>
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
