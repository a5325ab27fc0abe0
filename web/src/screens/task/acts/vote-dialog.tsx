import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Values } from '../../../api/types';
import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand, type VoteKind } from '../../../queries/handovers';
import { ActDialog } from './act-dialog';
import { CaseSummary } from './case-summary';
import { useDesk, type DialogProps } from './desk';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

/** 表决: agree, refuse or abstain; with which an opinion must go is said before it is sent. */
export function VoteDialog({ values, close }: DialogProps & { values: Values }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const [vote, setVote] = useState<VoteKind>();
  const [opinion, setOpinion, drop] = useKept(`vote ${task.id}`);
  const board = task.sign_off;
  const kinds: VoteKind[] = board?.may_abstain ? ['agree', 'refuse', 'abstain'] : ['agree', 'refuse'];
  const isRequired = vote !== undefined && (board?.opinion_needed.includes(vote) ?? false);
  const act = useAct({
    run: (address) => hand.vote(address, { vote: vote ?? 'agree', opinion: opinion.trim(), values }),
    said: () => t('vote.done', { vote: t(`vote.${vote ?? 'agree'}`) }),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog
      title={t('act.vote')}
      okText={t('vote.cast')}
      isReady={vote !== undefined && (!isRequired || opinion.trim() !== '')}
      act={act}
      close={close}
    >
      {task.never_auto && <CaseSummary values={values} />}
      {board?.question && <p>{t('vote.question', { text: board.question })}</p>}
      {board && <p className={styles.faint}>{board.sentence}</p>}
      <Radio.Group
        aria-label={t('act.vote')}
        value={vote}
        onChange={(event) => { setVote(event.target.value as VoteKind); }}
      >
        {kinds.map((kind) => <Radio key={kind} value={kind}>{t(`vote.${kind}`)}</Radio>)}
      </Radio.Group>
      <OpinionField label={t('hand.opinion')} value={opinion} onChange={setOpinion} isRequired={isRequired} />
    </ActDialog>
  );
}
