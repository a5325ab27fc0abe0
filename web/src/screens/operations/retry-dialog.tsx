import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { operations, type IncidentGroup } from '../../queries/operations';
import { ActDialog } from '../admin/act-dialog';
import { LineField } from '../admin/line-field';
import { useAct } from '../admin/use-act';

type Props = { group: IncidentGroup; close: () => void; begun: (batchId: string) => void };

/** Every incident of one cause is tried again, one after the other, in the background. */
export function RetryDialog({ group, close, begun }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const act = useAct({
    run: () => operations.retryGroup(group.key, reason.trim()),
    touches: ['incidents'],
    said: (batch) => t('operations.retry_begun', { count: batch.total }),
    after: (batch) => { begun(batch.id); close(); },
  });
  return (
    <ActDialog title={t('operations.retry_all')} okText={t('operations.retry_all')} isReady={reason.trim() !== ''} act={act} close={close}>
      <p>{t('operations.retry_text', { count: group.count })}</p>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}
