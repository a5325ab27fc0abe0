import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand } from '../../../queries/handovers';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { PeoplePicker } from './people-picker';
import { useAct } from './use-act';

/** 抄送: brings it to the notice of people who may read it anyhow. */
export function CirculateDialog({ close }: DialogProps) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const [people, setPeople] = useState<string[]>([]);
  const [note, setNote, drop] = useKept(`copy ${task.id}`);
  const act = useAct({
    run: (address) => hand.circulate(address, { user_ids: people, note: note.trim() }),
    said: () => t('hand.circulate_done', { count: people.length }),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog title={t('act.circulate')} okText={t('act.circulate')} isReady={people.length > 0} act={act} close={close}>
      <p>{t('hand.circulate_text')}</p>
      <PeoplePicker taskId={task.id} kind="readers" label={t('hand.readers')} value={people} onChange={setPeople} isMany />
      <OpinionField label={t('hand.note')} value={note} onChange={setNote} withPhrases={false} />
    </ActDialog>
  );
}
