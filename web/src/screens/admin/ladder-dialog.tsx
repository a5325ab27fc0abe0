import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Ladder } from '../../api/types';
import { rules } from '../../queries/rules';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';
import { ADDRESSEES, EVERY, useAddressee } from './use-rung-text';
import styles from './ladder-dialog.module.css';

type Rung = Ladder['rungs'][number];

const UNITS = ['working_days', 'days', 'hours'] as const;
const CHANNELS = ['in_app', 'email'] as const;

/** The rungs of one kind of deadline, rewritten; the versions before are kept. */
export function LadderDialog({ ladder, close }: { ladder: Ladder; close: () => void }) {
  const { t } = useTranslation();
  const [rungs, setRungs] = useState<Rung[]>(ladder.rungs);
  const [source, setSource] = useState('');
  const act = useAct({
    run: () => rules.changeLadder({ family: ladder.family, key: ladder.key, rungs, source: source.trim() }),
    touches: ['rules'],
    said: t('ladders.changed'),
    after: close,
  });
  const say = useAddressee();
  const known = [...new Set([...ADDRESSEES, ...ladder.rungs.flatMap((rung) => rung.to)])];
  const change = (place: number, part: Partial<Rung>) => {
    setRungs(rungs.map((rung, at) => (at === place ? { ...rung, ...part } : rung)));
  };
  return (
    <ActDialog
      title={`${t('rules.change')} ${ladder.key === EVERY ? t('ladders.default') : ladder.key}`}
      okText={t('rules.change')}
      isReady={source.trim() !== '' && rungs.every((rung) => rung.to.length > 0 && rung.channels.length > 0)}
      act={act}
      close={close}
    >
      <p>{t('ladders.change_text')}</p>
      <ol className={styles.rungs}>
        {rungs.map((rung, place) => (
          <li key={place} className={styles.rung}>
            <InputNumber aria-label={t('ladders.offset')} value={rung.offset} min={-365} max={365} precision={0}
              onChange={(offset) => { change(place, { offset: offset ?? 0 }); }} />
            <Select aria-label={t('rules.unit')} value={rung.unit} onChange={(unit) => { change(place, { unit }); }}
              options={UNITS.map((value) => ({ value, label: t(`rules.name_${value}`) }))} />
            <Select mode="tags" aria-label={t('ladders.to')} value={rung.to} className={styles.to} tokenSeparators={[' ', ',']}
              onChange={(to: string[]) => { change(place, { to }); }}
              options={known.map((value) => ({ value, label: say(value) }))} />
            <Checkbox.Group value={rung.channels}
              onChange={(chosen) => { change(place, { channels: CHANNELS.filter((one) => chosen.includes(one)) }); }}
              options={CHANNELS.map((value) => ({ value, label: t(`ladders.channel_${value}`) }))} />
            <Button type="text" icon={<DeleteOutlined aria-hidden />} aria-label={t('ladders.remove')}
              onClick={() => { setRungs(rungs.filter((_, at) => at !== place)); }} />
          </li>
        ))}
      </ol>
      <Button icon={<PlusOutlined aria-hidden />}
        onClick={() => { setRungs([...rungs, { offset: Math.max(0, ...rungs.map((rung) => rung.offset)) + 1, unit: 'working_days', to: ['holder'], channels: ['in_app'], binding: false }]); }}>
        {t('ladders.add')}
      </Button>
      <LineField label={t('rules.new_source')} rows={2} value={source} onChange={setSource} />
    </ActDialog>
  );
}
