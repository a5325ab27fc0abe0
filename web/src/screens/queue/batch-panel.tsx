import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { TaskSummary } from '../../api/types';
import { shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { batchQuery, stopBatch } from '../../queries/bulk';
import { serverNow } from '../../session/clock';
import { BulkResults } from './bulk-results';
import styles from './bulk-bar.module.css';

/** How far the work on many tasks is, what came of each, and the way to end it. */
export default function BatchPanel({ batchId, tasks, close }: { batchId: string; tasks: TaskSummary[]; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: batch, error, refetch } = useQuery(batchQuery(batchId));
  const stop = useMutation({
    mutationFn: () => stopBatch(batchId),
    onSettled: () => refetch(),
  });
  const isOver = batch?.waiting === 0;
  useEffect(() => {
    if (isOver) void client.invalidateQueries({ queryKey: ['tasks'] });
  }, [isOver, client]);
  if (error) return <section className={styles.panel}><Failure error={error} retry={() => void refetch()} /><Button size="small" onClick={close}>{t('bulk.close')}</Button></section>;
  if (!batch) return null;
  const looked = batch.total - batch.waiting;
  return (
    <section className={styles.panel} aria-labelledby="bulk-work">
      <div className={styles.head}>
        <h2 id="bulk-work">{t(`bulk.${batch.act}`)}</h2>
        <span className={styles.faint}>{shortTime(batch.started_at, serverNow())}</span>
        <span className={styles.acts}>
          {batch.allowed_acts.includes('stop') && (
            <Button size="small" loading={stop.isPending} onClick={() => { stop.mutate(); }}>{t('bulk.stop')}</Button>
          )}
          <Button size="small" onClick={close}>{t('bulk.close')}</Button>
        </span>
      </div>
      <Progress aria-label={t(`bulk.${batch.act}`)} percent={Math.round((looked / batch.total) * 100)} />
      <p role="status">
        {isOver
          ? t('bulk.done', { done: batch.done, failed: batch.failed })
          : t('bulk.going', { looked, total: batch.total })}
      </p>
      {stop.error && <Note tone="soon" live>{problemText(t, asProblem(stop.error))}</Note>}
      <BulkResults results={batch.results} tasks={tasks} />
    </section>
  );
}
