import { useQuery } from '@tanstack/react-query';
import { Input, Radio } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { DeadlineWhole } from '../../api/types';
import { longDay } from '../../format/dates';
import { correctionQuery, deadlines, type Days } from '../../queries/deadlines';
import { Note } from '../note';
import { OpinionField } from '../phrases/opinion-field';
import { problemText } from '../problem-text';
import { ClockDialog } from './clock-dialog';
import { useClockAct } from './use-clock-act';
import styles from './deadline-acts.module.css';

/** 更正: the right start or the right end, where that leads, why; a second person confirms. */
export function CorrectionDialog({ deadline, close }: { deadline: DeadlineWhole; close: () => void }) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [what, setWhat] = useState<'starts_on' | 'due_on'>('starts_on');
  const [day, setDay] = useState('');
  const [reason, setReason] = useState('');
  const days: Days = { starts_on: null, due_on: null, [what]: day || null };
  const preview = useQuery(correctionQuery(deadline.id, days));
  const run = useClockAct(deadline, {
    run: () => deadlines.correct(deadline.id, days, reason.trim()),
    said: () => t('clock.correct_done'),
    close,
  });
  return (
    <ClockDialog title={`${t('clock.correct')} ${deadline.name}`} okText={t('clock.propose')}
      isReady={preview.isSuccess && reason.trim() !== ''} act={run} close={close}>
      <p>{t('clock.correct_text', { start: longDay(deadline.starts_on, i18n.language), due: longDay(deadline.due_on, i18n.language) })}</p>
      <Radio.Group aria-label={t('clock.what')} value={what}
        onChange={(event) => { setWhat(event.target.value as typeof what); }}>
        <Radio value="starts_on">{t('clock.starts_on')}</Radio>
        <Radio value="due_on">{t('clock.due_on')}</Radio>
      </Radio.Group>
      <div className={styles.field}>
        <label htmlFor={id}>{t('clock.right_day')}</label>
        <Input id={id} type="date" value={day} onChange={(event) => { setDay(event.target.value); }} />
      </div>
      {preview.data && (
        <Note title={t('clock.would_end', { day: longDay(preview.data.due_on, i18n.language) })}>
          {preview.data.why} {preview.data.is_provisional && t('deadline.provisional')}
        </Note>
      )}
      {preview.error && <Note tone="overdue" live>{problemText(t, asProblem(preview.error))}</Note>}
      <OpinionField label={t('clock.reason')} value={reason} onChange={setReason} isRequired withPhrases={false} />
    </ClockDialog>
  );
}
