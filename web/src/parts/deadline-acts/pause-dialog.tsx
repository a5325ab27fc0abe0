import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { DeadlineWhole } from '../../api/types';
import { longDay } from '../../format/dates';
import { deadlines } from '../../queries/deadlines';
import { OpinionField } from '../phrases/opinion-field';
import { ClockDialog } from './clock-dialog';
import { useClockAct } from './use-clock-act';

type Props = { deadline: DeadlineWhole; act: 'pause' | 'resume'; close: () => void };

/** 中止 and 恢复: on which ground, and why. */
export function PauseDialog({ deadline, act, close }: Props) {
  const { t, i18n } = useTranslation();
  const [reason, setReason] = useState('');
  const run = useClockAct(deadline, {
    run: () => deadlines[act](deadline.id, reason.trim()),
    said: (next) => t(`clock.${act}_done`, { day: longDay(next.due_on, i18n.language) }),
    close,
  });
  return (
    <ClockDialog title={`${t(`clock.${act}`)} ${deadline.name}`} okText={t(`clock.${act}`)}
      isReady={reason.trim() !== ''} act={run} close={close}>
      <p>{t(`clock.${act}_text`)} {act === 'pause' && deadline.pausable}</p>
      <OpinionField label={t('clock.reason')} value={reason} onChange={setReason} isRequired withPhrases={false} />
    </ClockDialog>
  );
}
