import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { operations, type Operated } from '../../queries/operations';
import { ActDialog } from '../admin/act-dialog';
import { LineField } from '../admin/line-field';
import { useAct } from '../admin/use-act';

type Props = { operated: Operated; act: 'suspend' | 'resume'; close: () => void };

/** An emergency stop by the operator, and its end. */
export function HoldDialog({ operated, act: name, close }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const act = useAct({
    run: () => operations[name](operated.id, reason.trim()),
    touches: ['operated'],
    said: t(`operations.${name}_done`),
    after: close,
  });
  return (
    <ActDialog title={t(`operations.${name}`)} okText={t(`operations.${name}`)} isReady={reason.trim() !== ''} act={act} close={close}>
      <p>{t(`operations.${name}_text`)}</p>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}
