import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand } from '../../../queries/handovers';
import { assign } from '../../../queries/tasks';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { PeoplePicker } from './people-picker';
import { useAct } from './use-act';

type Kind = 'transfer' | 'lend' | 'assign';

/** 转办: it becomes another's. 委派: another prepares it. 分派: one who may take it is given it. */
export function PassOnDialog({ kind, close }: DialogProps & { kind: Kind }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const [person, setPerson] = useState<string[]>([]);
  const [opinion, setOpinion, drop] = useKept(`${kind} ${task.id}`);
  const needsReason = kind !== 'assign';
  const act = useAct({
    run: (address) => {
      const body = { user_id: person[0] ?? '', opinion: opinion.trim() };
      if (kind === 'assign') return assign(address, body.user_id);
      return hand[kind](address, body);
    },
    said: (next) => t(`hand.${kind}_done`, { name: next.assignee?.name ?? '' }),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog
      title={t(`act.${kind}`)}
      okText={t(`act.${kind}`)}
      isReady={person.length > 0 && (!needsReason || opinion.trim() !== '')}
      act={act}
      close={close}
    >
      <p>{t(`hand.${kind}_text`)}</p>
      <PeoplePicker taskId={task.id} kind={kind} label={t('hand.receiver')} value={person} onChange={setPerson} />
      {needsReason && (
        <OpinionField label={t('hand.reason')} value={opinion} onChange={setOpinion} isRequired />
      )}
    </ActDialog>
  );
}
