import { useQuery } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';

import { retryBatchQuery } from '../../queries/operations';
import admin from '../admin/admin.module.css';

/** How far a retry of many is, and what came of each. */
export function BatchProgress({ batchId, close }: { batchId: string; close: () => void }) {
  const { t } = useTranslation();
  const { data: batch } = useQuery(retryBatchQuery(batchId));
  if (!batch) return null;
  return (
    <section className={admin.sheet} aria-label={t('operations.batch')} aria-live="polite">
      <h2>{t('operations.batch')}</h2>
      <Progress percent={batch.total === 0 ? 100 : Math.round((batch.done / batch.total) * 100)} />
      <ul>
        {batch.items.map((item) => (
          <li key={item.incident_id}>
            <code>{item.element_id}</code> {t(`operations.outcome_${item.outcome}`)} {item.detail}
          </li>
        ))}
      </ul>
      <Button size="small" onClick={close}>{t('operations.batch_close')}</Button>
    </section>
  );
}
