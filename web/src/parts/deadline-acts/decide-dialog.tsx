import { Input, Radio } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { DeadlineWhole, ExtensionRequest } from '../../api/types';
import { longDay } from '../../format/dates';
import { deadlines } from '../../queries/deadlines';
import { OpinionField } from '../phrases/opinion-field';
import { ClockDialog } from './clock-dialog';
import { useClockAct } from './use-clock-act';
import styles from './deadline-acts.module.css';

type Props = { deadline: DeadlineWhole; request: ExtensionRequest; close: () => void };

/** Grants what was asked, or until another day, or refuses; with an opinion in any case. */
export function DecideDialog({ deadline, request, close }: Props) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [verdict, decide] = useState<'grant' | 'refuse'>();
  const [until, setUntil] = useState(request.until_on);
  const [opinion, setOpinion] = useState('');
  const isGranted = verdict === 'grant';
  const run = useClockAct(deadline, {
    run: () => deadlines.decide(request.id, isGranted, isGranted ? until : null, opinion.trim()),
    said: () => t(isGranted ? 'extension.granted' : 'extension.refused'),
    close,
  });
  return (
    <ClockDialog title={`${t('clock.decide')} ${deadline.name}`} okText={t('clock.decide')}
      isReady={verdict !== undefined && until !== '' && opinion.trim() !== ''} act={run} close={close}>
      <p>{t('extension.asked', { day: longDay(request.until_on, i18n.language), reason: request.reason })}</p>
      <Radio.Group aria-label={t('clock.decide')} value={verdict}
        onChange={(event) => { decide(event.target.value as typeof verdict); }}>
        {(['grant', 'refuse'] as const).filter((one) => request.allowed_acts.includes(one)).map((one) => (
          <Radio key={one} value={one}>{t(`clock.${one}`)}</Radio>
        ))}
      </Radio.Group>
      {isGranted && (
        <div className={styles.field}>
          <label htmlFor={id}>{t('extension.until_on')}</label>
          <Input id={id} type="date" value={until} onChange={(event) => { setUntil(event.target.value); }} />
        </div>
      )}
      <OpinionField label={t('hand.opinion')} value={opinion} onChange={setOpinion} isRequired />
    </ClockDialog>
  );
}
