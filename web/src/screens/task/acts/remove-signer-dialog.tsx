import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand } from '../../../queries/handovers';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

/** 减签: one who has not signed yet need not any more. */
export function RemoveSignerDialog({ close }: DialogProps) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const signers = task.sign_off?.signers.filter((one) => one.allowed_acts.includes('remove_signer')) ?? [];
  const [chosen, choose] = useState(signers[0]?.id);
  const [reason, setReason, drop] = useKept(`unsign ${task.id}`);
  const act = useAct({
    run: (address) => hand.removeSigner(address, chosen ?? '', reason.trim()),
    said: () => t('hand.remove_signer_done'),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog title={t('act.remove_signer')} okText={t('act.remove_signer')} isDanger
      isReady={chosen !== undefined && reason.trim() !== ''} act={act} close={close}>
      <Radio.Group className={styles.stack} aria-label={t('act.remove_signer')} value={chosen}
        onChange={(event) => { choose(event.target.value as string); }}>
        {signers.map((one) => <Radio key={one.id} value={one.id}>{one.name}</Radio>)}
      </Radio.Group>
      <OpinionField label={t('hand.reason')} value={reason} onChange={setReason} isRequired withPhrases={false} />
    </ActDialog>
  );
}
