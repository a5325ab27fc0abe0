import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { operations, retryBatchQuery } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { useAct } from '../admin/use-act';

/** How far a retry of many is, what came of each, and the way to end it. Its number is in the address. */
export function BatchProgress({ batchId, close }: { batchId: string; close: () => void }) {
  const { t } = useTranslation();
  const { data: batch, error, refetch } = useQuery(retryBatchQuery(batchId));
  const stop = useAct({
    run: () => operations.stopRetry(batchId),
    touches: ['incidents'],
    said: t('operations.batch_stopped'),
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!batch) return null;
  return (
    <section className={admin.sheet} aria-label={t('operations.batch')}>
      <div className={admin.head}>
        <h2>{t('operations.batch')}</h2>
        <span className={`${admin.acts} ${admin.end}`}>
          {batch.allowed_acts.includes('stop') && (
            <Button size="small" loading={stop.isPending} onClick={() => { stop.mutate(); }}>{t('operations.batch_stop')}</Button>
          )}
          <Button size="small" onClick={close}>{t('operations.batch_close')}</Button>
        </span>
      </div>
      <p className={table.faint}>
        {batch.started_by?.name} {shortTime(batch.started_at, serverNow())} {batch.reason}
      </p>
      <Progress
        aria-label={t('operations.batch')}
        percent={batch.total === 0 ? 100 : Math.round((batch.done / batch.total) * 100)}
      />
      <p role="status">{t('operations.batch_counts', { done: batch.done, total: batch.total })}</p>
      <ul>
        {batch.items.map((item) => (
          <li key={item.incident_id}>
            {item.instance_id ? (
              <Link to="/operations/cases/$instanceId" params={{ instanceId: item.instance_id }}>
                <code>{item.element_id}</code>
              </Link>
            ) : <code>{item.element_id}</code>}{' '}
            {t(`operations.outcome_${item.outcome}`)} <span className={table.faint}>{item.detail}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
