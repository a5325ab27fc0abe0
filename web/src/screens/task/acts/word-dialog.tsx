import { useTranslation } from 'react-i18next';

import type { Completion, Task } from '../../../api/types';
import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand } from '../../../queries/handovers';
import type { Address } from '../../../queries/tasks';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { useAct } from './use-act';

type Kind = 'give_back' | 'recall' | 'take_back';

const RUN: Record<Kind, (address: Address, text: string) => Promise<Task | Completion>> = {
  give_back: hand.giveBack,
  recall: hand.recall,
  take_back: hand.takeBack,
};

/** Acts that need a word and nothing else: 交回, 收回委派, 撤回. */
export function WordDialog({ kind, close }: DialogProps & { kind: Kind }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const [text, setText, drop] = useKept(`${kind} ${task.id}`);
  const isRequired = kind !== 'take_back';
  const act = useAct({
    run: (address) => RUN[kind](address, text.trim()),
    said: () => t(`hand.${kind}_done`),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog
      title={t(`act.${kind}`)}
      okText={t(`act.${kind}`)}
      isReady={!isRequired || text.trim() !== ''}
      act={act}
      close={close}
    >
      <p>{t(`hand.${kind}_text`)}</p>
      <OpinionField
        label={t(kind === 'give_back' ? 'hand.opinion' : 'hand.reason')}
        value={text}
        onChange={setText}
        isRequired={isRequired}
      />
    </ActDialog>
  );
}
