import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Proposal } from '../../api/types';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { proposals } from '../../queries/administration';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { MendWords } from './mend-words';
import { useAct } from './use-act';
import { Values } from './values';

export type Decision = 'confirm' | 'refuse' | 'withdraw';

type Props = { proposal: Proposal; decision: Decision; close: () => void };

/** The whole of what would be done, before it is confirmed, refused or taken back. */
export function ProposalDialog({ proposal, decision, close }: Props) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const whole = useQuery({ queryKey: ['proposal', proposal.id], queryFn: () => proposals.whole(proposal.id), gcTime: 0 });
  const act = useAct({
    run: () =>
      decision === 'withdraw' ? proposals.withdraw(proposal.id) : proposals[decision](proposal.id, note.trim()),
    touches: ['proposals', 'accounts', 'instances', 'definitions', 'journal'],
    said: t(`proposals.${decision}_done`),
    after: close,
  });
  return (
    <ActDialog
      title={`${t(`proposals.${decision}`)}${t('colon')}${proposal.title}`}
      okText={t(`proposals.${decision}`)}
      isReady={whole.isSuccess && (decision !== 'refuse' || note.trim() !== '')}
      isDanger={decision !== 'confirm'}
      act={act}
      close={close}
    >
      <p>{t('proposals.reason', { name: proposal.proposed_by.name, reason: proposal.reason })}</p>
      {whole.isPending && <Waiting />}
      {whole.isError && <Failure error={whole.error} retry={() => void whole.refetch()} />}
      {whole.data && (whole.data.mend ? <MendWords mend={whole.data.mend} /> : <Values value={whole.data.content} />)}
      {decision !== 'withdraw' && (
        <LineField label={t(decision === 'refuse' ? 'proposals.why_not' : 'proposals.note')} rows={3} value={note} onChange={setNote} />
      )}
    </ActDialog>
  );
}
