import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { deploymentsQuery } from '../../queries/model-drafts';
import { decide, proposalComparisonQuery, proposalQuery, type Act, type ProposalWhole } from '../../queries/proposals';
import { serverNow } from '../../session/clock';
import { useSession } from '../../session/session';
import type { File } from './comparison';
import styles from './deploy-step.module.css';

const Comparison = lazy(async () => ({ default: (await import('./comparison')).Comparison }));

/** What a second person sees before they let a family be deployed: who asks, why, and what changes. */
export function ProposalScreen() {
  const { proposalId } = useParams({ from: '/office/models/proposals/$proposalId' });
  const { data, error, refetch } = useQuery(proposalQuery(proposalId));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return data ? <Shown proposal={data} /> : <Waiting />;
}

function Shown({ proposal }: { proposal: ProposalWhole }) {
  const { t } = useTranslation();
  const session = useSession();
  const comparison = useQuery(proposalComparisonQuery(proposal.id));
  useTitle(proposal.title);
  const files = useMemo(
    () =>
      (comparison.data?.drawings ?? []).map(({ path, name, before, after }): File => ({
        path,
        name,
        before,
        query: { queryKey: ['proposal', proposal.id, 'after', path], queryFn: () => after, initialData: after },
      })),
    [comparison.data, proposal.id],
  );
  const draftId = (proposal.content as { draft?: string }).draft;
  const mayOpen = session.acts.includes('deploy');
  return (
    <div className={styles.proposal}>
      <h1>{proposal.title}</h1>
      <p className={styles.hint}>
        {t('model_proposal.by', { name: proposal.proposed_by.name, time: shortTime(proposal.proposed_at, serverNow()) })}
      </p>
      <p>{proposal.reason}</p>
      {draftId && mayOpen && (
        <p><Link to="/models/$draftId" params={{ draftId }}>{t('model_proposal.to_draft')}</Link></p>
      )}
      {comparison.error && <Note tone="soon">{problemText(t, asProblem(comparison.error))}</Note>}
      {comparison.isPending && <Waiting lines={6} />}
      {comparison.data && (
        <Suspense fallback={<Waiting />}>
          <Comparison changes={comparison.data.changes} files={files} />
        </Suspense>
      )}
      <Decision proposal={proposal} />
    </div>
  );
}

function Decision({ proposal }: { proposal: ProposalWhole }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  // who may deploy may migrate; others who confirm may not
  const mayMigrate = useSession().acts.includes('deploy');
  const [note, setNote] = useState('');
  const deciding = useMutation({
    mutationFn: (act: Act) => decide(proposal.id, act, note.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: ['proposal', proposal.id] }),
  });
  const { allowed_acts: acts, state, decided_by: by } = proposal;
  if (acts.length === 0) {
    return (
      <Note
        tone={state === 'confirmed' ? 'done' : 'calm'}
        title={t(`model_proposal.state_${state}`)}
        act={state === 'confirmed' && mayMigrate && <Migration proposal={proposal} />}
      >
        {[by?.name, proposal.note].filter(Boolean).join(' · ')}
      </Note>
    );
  }
  return (
    <section className={styles.sheet}>
      {acts.some((act) => act !== 'withdraw') && (
        <div className={styles.field}>
          <label htmlFor="proposal-note">{t('model_proposal.note')}</label>
          <Input.TextArea id="proposal-note" value={note} rows={2} maxLength={2000} onChange={({ target }) => { setNote(target.value); }} />
        </div>
      )}
      {deciding.isError && <Note tone="overdue" live>{problemText(t, asProblem(deciding.error))}</Note>}
      <div className={styles.checks}>
        {acts.map((act) => (
          <Button
            key={act} type={act === 'confirm' ? 'primary' : 'default'} loading={deciding.isPending}
            onClick={() => { deciding.mutate(act); }}
          >
            {t(`model_proposal.${act}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** From the version before to the one that was deployed by this. */
function Migration({ proposal }: { proposal: ProposalWhole }) {
  const { t } = useTranslation();
  // what was known before it was confirmed lacks the newest
  const { data: versions = [] } = useQuery({ ...deploymentsQuery(proposal.subject_id), staleTime: 0 });
  const to = (proposal.outcome as { deployment?: string } | null)?.deployment;
  const from = versions[versions.findIndex((version) => version.id === to) + 1];
  if (!to || !from || !versions.some((version) => version.id === to)) return null;
  return <a href={`/operations/migrations/new?from=${from.id}&to=${to}`}>{t('model_deploy.to_migration')}</a>;
}
