import { Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../../format/dates';
import { OpinionField } from '../../../parts/phrases/opinion-field';
import { useKept } from '../../../parts/use-kept';
import { hand, type Channel } from '../../../queries/handovers';
import { serverNow } from '../../../session/clock';
import { ActDialog } from './act-dialog';
import { useDesk, type DialogProps } from './desk';
import { useAct } from './use-act';
import styles from './act-dialog.module.css';

const CHANNELS: Channel[] = ['in_app', 'phone', 'in_person'];

/** 催办: by the system, or a note of a call or a visit; how often it was done is said first. */
export function UrgeDialog({ close }: DialogProps) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const [channel, setChannel] = useState<Channel>('in_app');
  const [note, setNote, drop] = useKept(`urge ${task.id}`);
  const now = serverNow();
  const act = useAct({
    run: (address) => hand.urge(address, { channel, note: note.trim() }),
    said: (next) => t('hand.urge_done', { count: next.urged?.count ?? 1 }),
    done: () => { drop(); close(); },
  });
  return (
    <ActDialog title={t('act.urge')} okText={t('act.urge')} isReady act={act} close={close}>
      <p>
        {task.urged
          ? t('urge.before', {
              count: task.urged.count,
              last: shortTime(task.urged.last_at, now),
              next: shortTime(task.urged.next_at, now),
            })
          : t('urge.first')}
      </p>
      <Radio.Group className={styles.stack} aria-label={t('urge.channel')} value={channel}
        onChange={(event) => { setChannel(event.target.value as Channel); }}>
        {CHANNELS.map((one) => <Radio key={one} value={one}>{t(`urge.${one}`)}</Radio>)}
      </Radio.Group>
      <OpinionField label={t('hand.note')} value={note} onChange={setNote} withPhrases={false} />
    </ActDialog>
  );
}
