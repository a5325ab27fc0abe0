import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../api/types';
import type { BulkAct } from '../../queries/bulk';
import type { Checked } from './use-checked';
import styles from './bulk-bar.module.css';

const BulkDialog = lazy(() => import('./bulk-dialog'));

/** What can be done with all that are ticked; an act that fits only some says so afterwards, by item. */
export function BulkBar({ checked }: { checked: Checked }) {
  const { t } = useTranslation();
  // what the dialog was opened with stays, though the list below it changes
  const [work, begin] = useState<{ act: BulkAct; tasks: TaskSummary[] } | null>(null);
  const { tasks } = checked;
  const fits: Record<BulkAct, boolean> = {
    claim: tasks.some((task) => task.allowed_acts.includes('claim')),
    transfer: tasks.some((task) => task.allowed_acts.includes('transfer')),
    approve: tasks.some((task) => task.in_bulk),
  };
  const acts = (['claim', 'transfer', 'approve'] as const).filter((act) => fits[act]);
  if (tasks.length === 0 && !work) return null;
  return (
    <div className={styles.bar} role="region" aria-label={t('bulk.title')}>
      <span aria-live="polite">{t('bulk.chosen', { count: tasks.length })}</span>
      {acts.map((act) => (
        <Button key={act} size="small" onClick={() => { begin({ act, tasks }); }}>{t(`bulk.${act}`)}</Button>
      ))}
      {acts.length === 0 && tasks.length > 0 && <span>{t('bulk.nothing')}</span>}
      <Button size="small" type="link" onClick={() => { checked.all(false); }}>{t('bulk.clear')}</Button>
      {work && (
        <Suspense>
          <BulkDialog
            {...work}
            close={() => {
              begin(null);
              checked.all(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
