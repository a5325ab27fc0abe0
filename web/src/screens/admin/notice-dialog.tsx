import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { notices } from '../../queries/calendars';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { Moves } from './moves';
import { useAct } from './use-act';

/** A year's notice: pasted, checked with its lines, shown with what it would move, then brought in. */
export function NoticeDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const check = useMutation({ mutationFn: () => notices.check(text) });
  const act = useAct({
    run: () => notices.bringIn(text, reason.trim()),
    touches: ['calendars', 'recounts', 'deadlines'],
    said: t('notices.begun'),
    after: close,
  });
  const problem = check.error && asProblem(check.error);
  return (
    <ActDialog title={t('notices.bring_in')} okText={t('notices.bring_in')} isReady={check.isSuccess && reason.trim() !== ''} act={act} close={close}>
      <LineField
        label={t('notices.text')}
        rows={10}
        value={text}
        hint={t('notices.text_hint')}
        onChange={(value) => { setText(value); check.reset(); }}
      />
      <Button disabled={text.trim() === ''} loading={check.isPending} onClick={() => { check.mutate(); }}>{t('notices.check')}</Button>
      {problem && (
        <Note tone="overdue" live title={t('notices.wrong')}>
          {problemText(t, problem)}
          <ul>{problem.faults.map((fault) => <li key={fault.pointer + fault.detail}>{fault.detail}</li>)}</ul>
        </Note>
      )}
      {check.data && (
        <>
          <Note tone="done" live>
            {t('notices.checked', { year: check.data.year, count: check.data.differences.length })}
          </Note>
          {check.data.warnings.map((warning) => <Note key={warning} tone="soon">{warning}</Note>)}
          <Moves moves={check.data.moves} total={check.data.total} said={t('rules.will_move')} />
          <LineField label={t('users.reason')} rows={2} value={reason} onChange={setReason} />
        </>
      )}
    </ActDialog>
  );
}
