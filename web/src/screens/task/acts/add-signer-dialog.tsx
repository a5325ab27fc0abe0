import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand, type Placement } from '../../../queries/handovers';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { PeoplePicker } from './people-picker';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

const ACT = { before: 'add_signer_before', after: 'add_signer_after', parallel: 'add_signer' } as const;

/** 加签: somebody signs before, after or beside me. */
export function AddSignerDialog({ close }: DialogProps) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const places = (['before', 'after', 'parallel'] as const).filter((one) =>
    task.allowed_acts.includes(ACT[one]),
  );
  const [placement, place] = useState<Placement | undefined>(places[0]);
  const [person, setPerson] = useState<string[]>([]);
  const [question, setQuestion, drop] = useKept(`signer ${task.id}`);
  const act = useAct({
    run: (address) =>
      hand.addSigner(address, {
        user_id: person[0] ?? '',
        placement: placement ?? 'before',
        question: question.trim(),
      }),
    said: () => t('hand.add_signer_done'),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog title={t('act.add_signer')} okText={t('act.add_signer')} isReady={person.length > 0}
      act={act} close={close}>
      <Radio.Group className={styles.stack} aria-label={t('act.add_signer')} value={placement}
        onChange={(event) => { place(event.target.value as Placement); }}>
        {places.map((one) => (
          <Radio key={one} value={one}>
            {t(`signer.${one}`)} <span className={styles.faint}>{t(`signer.${one}_text`)}</span>
          </Radio>
        ))}
      </Radio.Group>
      <PeoplePicker taskId={task.id} kind="signers" label={t('signer.person')} value={person} onChange={setPerson} />
      <OpinionField label={t('signer.question')} value={question} onChange={setQuestion} withPhrases={false} />
    </ActDialog>
  );
}
