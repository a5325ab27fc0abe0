import { ArrowLeftOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { useIsPhone } from '../../parts/use-is-phone';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { modelDraftQuery, rebaseDraft, takeLock, type ModelDraftWhole } from '../../queries/model-drafts';
import { rest } from '../../queries/rhythm';
import { MODEL_STEPS } from '../../search';
import { DeployStep } from './deploy-step';
import { EditStep } from './edit-step';
import { LOOK_MS, useLock } from './use-lock';
import styles from './model-screen.module.css';

const CompareStep = lazy(() => import('./compare-step'));
const RehearseStep = lazy(() => import('./rehearse-step'));

/** One draft: edit, rehearse, compare, deploy. */
export function ModelScreen() {
  const { draftId } = useParams({ from: '/office/models/$draftId' });
  const { data: draft, error, refetch } = useQuery({
    ...modelDraftQuery(draftId),
    refetchInterval: ({ state }) => (state.data?.lock?.is_mine === false ? rest(state, LOOK_MS) : false),
  });
  if (error && !draft) return <Failure error={error} retry={() => void refetch()} />;
  if (!draft) return <Waiting />;
  return <Draft key={draft.id} draft={draft} />;
}

function Draft({ draft }: { draft: ModelDraftWhole }) {
  const { t } = useTranslation();
  const { step = 'edit' } = useSearch({ from: '/office/models/$draftId' });
  const isPhone = useIsPhone();
  useTitle(draft.name);
  useLock(draft, step === 'edit' && !isPhone);
  const isMine = draft.lock === null || draft.lock.is_mine;
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <Link to="/models" className={styles.back}>
          <ArrowLeftOutlined aria-hidden /> {t('models.back')}
        </Link>
        <h1>{draft.name}</h1>
        <p className={styles.facts}>
          <span>{draft.family_name}</span>
          {draft.base_version !== null && <span>{t('models.base', { version: draft.base_version })}</span>}
        </p>
        <nav className={styles.steps} aria-label={t('models.steps')}>
          {MODEL_STEPS.map((each) => (
            <Link
              key={each}
              to="/models/$draftId"
              params={{ draftId: draft.id }}
              search={(known) => ({ ...known, step: each === 'edit' ? undefined : each })}
              className={styles.step}
              activeOptions={{ includeSearch: true, explicitUndefined: true }}
              aria-current={each === step ? 'step' : undefined}
            >
              {t(`models.step_${each}`)}
            </Link>
          ))}
        </nav>
      </header>
      {isPhone && <Note title={t('models.phone_title')}>{t('models.phone_text')}</Note>}
      {!isMine && <Locked draft={draft} mayTake={!isPhone} />}
      {draft.is_behind && <Behind draft={draft} />}
      {step === 'edit' && <EditStep draft={draft} isReadOnly={isPhone || !isMine} />}
      <Suspense fallback={<Waiting />}>
        {step === 'rehearse' && <RehearseStep draft={draft} />}
        {step === 'compare' && <CompareStep draft={draft} />}
      </Suspense>
      {step === 'deploy' && <DeployStep draft={draft} />}
    </div>
  );
}

function Locked({ draft, mayTake }: { draft: ModelDraftWhole; mayTake: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const taking = useMutation({
    mutationFn: () => takeLock(draft.id, true),
    onSettled: () => client.invalidateQueries({ queryKey: ['model-draft', draft.id] }),
  });
  return (
    <Note
      tone="soon"
      title={t('models.locked_title', { name: draft.lock?.holder.name ?? '' })}
      act={
        mayTake && draft.allowed_acts.includes('take_over') && (
          <Button loading={taking.isPending} onClick={() => { taking.mutate(); }}>{t('models.take_over')}</Button>
        )
      }
    >
      {t('models.locked_text')}
    </Note>
  );
}

function Behind({ draft }: { draft: ModelDraftWhole }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const rebasing = useMutation({
    mutationFn: () => rebaseDraft(draft.id),
    onSuccess: async ({ conflicts }) => {
      await client.invalidateQueries({ queryKey: ['model-draft', draft.id] });
      if (conflicts.length === 0) void message.success(t('models.rebased'));
      else modal.warning({ title: t('models.rebased'), content: t('models.conflicts', { paths: conflicts.join(', ') }) });
    },
    onError: (error) => void message.error(problemText(t, asProblem(error))),
  });
  return (
    <Note
      tone="soon"
      title={t('models.behind')}
      act={
        draft.allowed_acts.includes('rebase') && (
          <Button loading={rebasing.isPending} onClick={() => { rebasing.mutate(); }}>{t('models.rebase')}</Button>
        )
      }
    >
      {t('models.rebase_text', { version: draft.live_version ?? 0 })}
    </Note>
  );
}
