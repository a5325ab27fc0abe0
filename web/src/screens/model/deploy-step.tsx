import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import {
  checkQuery, comparisonQuery, deployDraft, deploymentsQuery, proposeDraft, type ModelDraftWhole,
} from '../../queries/model-drafts';
import styles from './deploy-step.module.css';

/** Note, cases, act: where the family is accountable the act is a proposal to a second person. */
export function DeployStep({ draft }: { draft: ModelDraftWhole }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [scope, setScope] = useState<'new' | 'all'>('new');
  const [isAsked, ask] = useState(false);
  const before = useQuery(deploymentsQuery(draft.family));
  const [old] = before.data ?? [];
  const act = useMutation({
    mutationFn: async () => {
      if (draft.accountable) return { proposal: await proposeDraft(draft.id, note.trim()), from: old };
      return { deployment: await deployDraft(draft.id, note.trim()), from: old };
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['model-draft', draft.id] });
      void client.invalidateQueries({ queryKey: ['definitions'] });
    },
  });
  const submit = () => {
    ask(true);
    if (note.trim()) act.mutate();
  };
  if (act.data) return <Done result={act.data} wantsMigration={scope === 'all'} />;
  const mayAct = draft.allowed_acts.some((each) => each === 'deploy' || each === 'propose_deploy');
  return (
    <section className={styles.sheet}>
      <p>{draft.accountable ? t('model_deploy.second') : t('model_deploy.intro')}</p>
      <Checks draft={draft} />
      <div className={styles.field}>
        <label htmlFor="deploy-note">{t('model_deploy.note')}</label>
        <Input.TextArea
          id="deploy-note" value={note} rows={3} maxLength={500}
          status={isAsked && !note.trim() ? 'error' : undefined}
          aria-describedby="deploy-note-hint"
          onChange={({ target }) => { setNote(target.value); }}
        />
        <p id="deploy-note-hint" className={styles.hint}>
          {isAsked && !note.trim() ? t('model_deploy.note_needed') : t('model_deploy.note_hint')}
        </p>
      </div>
      <fieldset className={styles.field}>
        <legend>{t('model_deploy.cases')}</legend>
        <Radio.Group
          value={scope}
          options={[
            { value: 'new', label: t('model_deploy.new_only') },
            { value: 'all', label: t('model_deploy.migrate_too') },
          ]}
          onChange={({ target }) => { setScope(target.value as 'new' | 'all'); }}
        />
      </fieldset>
      {act.isError && <Refusal error={act.error} />}
      <Button type="primary" disabled={!mayAct || draft.is_behind} loading={act.isPending} onClick={submit}>
        {draft.accountable ? t('model_deploy.propose') : t('model_deploy.act')}
      </Button>
    </section>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  return (
    <Note tone="overdue" live title={problemText(t, problem)}>
      {problem.faults.length > 0 && (
        <ul>{problem.faults.map((fault, index) => <li key={index}>{fault.detail}</li>)}</ul>
      )}
    </Note>
  );
}

/** What is to be known before it is done. */
function Checks({ draft }: { draft: ModelDraftWhole }) {
  const { t } = useTranslation();
  const check = useQuery(checkQuery(draft.id));
  const isFine = check.data?.length === 0;
  const comparison = useQuery({ ...comparisonQuery(draft.id), enabled: isFine });
  return (
    <ul className={styles.checks} aria-label={t('model_deploy.checks')}>
      {check.isFetching && <li>{t('model_problems.checking')}</li>}
      {isFine && <li className={styles.fine}>{t('model_deploy.check_fine')}</li>}
      {check.data && check.data.length > 0 && (
        <li className={styles.bad}>
          <Link to="/models/$draftId" params={{ draftId: draft.id }}>
            {t('model_deploy.check_faults', { count: check.data.length })}
          </Link>
        </li>
      )}
      {draft.is_behind && <li className={styles.bad}>{t('model_deploy.check_behind')}</li>}
      {comparison.data && (
        <li>
          <Link to="/models/$draftId" params={{ draftId: draft.id }} search={{ step: 'compare' }}>
            {t('model_deploy.check_changes', { count: comparison.data.length })}
          </Link>
        </li>
      )}
    </ul>
  );
}

type Version = { id: string; version: number };
type Result = { deployment?: Version; proposal?: { id: string }; from?: Version };

function Done({ result, wantsMigration }: { result: Result; wantsMigration: boolean }) {
  const { t } = useTranslation();
  const { deployment, proposal, from } = result;
  if (proposal) {
    return (
      <Note
        tone="done"
        live
        title={t('model_deploy.proposed')}
        act={<Link to="/models/proposals/$proposalId" params={{ proposalId: proposal.id }}>{t('model_deploy.to_proposal')}</Link>}
      >
        {t('model_deploy.proposed_text')}
      </Note>
    );
  }
  if (!deployment) return null;
  const isSame = deployment.id === from?.id;
  const { version } = deployment;
  const migration = from && !isSame && (
    // the screen of migrations is another room's; its address is agreed
    <a href={`/operations/migrations/new?from=${from.id}&to=${deployment.id}`}>{t('model_deploy.to_migration')}</a>
  );
  return (
    <Note
      tone="done"
      live
      title={isSame ? t('model_deploy.same', { version }) : t('model_deploy.done', { version })}
      act={wantsMigration ? migration : undefined}
    >
      {t('model_deploy.intro')} {!wantsMigration && migration}
    </Note>
  );
}
