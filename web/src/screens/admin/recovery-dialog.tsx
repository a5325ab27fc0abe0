import { Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { accounts } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';

/** The way back into an account is opened by two people: this is the first. */
export function RecoveryDialog({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [drops, setDrops] = useState(false);
  const act = useAct({
    run: () => accounts.recover(account.id, { reason: reason.trim(), drops_factor: drops }),
    touches: ['proposals'],
    said: t('users.recover_done'),
    after: close,
  });
  return (
    <ActDialog title={`${t('users.recover')} ${account.name}`} okText={t('users.propose')} isReady={reason.trim() !== ''} act={act} close={close}>
      <p>{t('users.recover_text')}</p>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
      <Checkbox checked={drops} onChange={(event) => { setDrops(event.target.checked); }}>{t('users.drops_factor')}</Checkbox>
    </ActDialog>
  );
}
