import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Note } from '../../parts/note';
import table from '../../parts/plain-table.module.css';
import { problemText } from '../../parts/problem-text';
import type { ModelDraftWhole } from '../../queries/model-drafts';
import { beginRehearsal, draftRehearsalsQuery, rehearsalQuery, storiesQuery } from '../../queries/rehearsals';
import { serverNow } from '../../session/clock';
import { RehearsalView } from './rehearsal-view';
import styles from './rehearse-step.module.css';

/** A whole case of the draft with invented people, under a clock that can be moved. */
export default function RehearseStep({ draft }: { draft: ModelDraftWhole }) {
  const { t } = useTranslation();
  const { rehearsal } = useSearch({ from: '/office/models/$draftId' });
  const navigate = useNavigate({ from: '/models/$draftId' });
  const past = useQuery(draftRehearsalsQuery(draft.id));
  const open = (id: string | undefined, going?: string) => {
    void navigate({ search: (known) => ({ ...known, rehearsal: id, going }) });
  };
  return (
    <section className={styles.sheet}>
      <p>{t('model_rehearsal.intro')}</p>
      <Begin draft={draft} onBegun={open} />
      {past.data && past.data.length > 0 && (
        <nav aria-label={t('model_rehearsal.past')} className={styles.past}>
          {past.data.map((each) => (
            <button key={each.id} type="button" className={table.link} aria-current={each.id === rehearsal} onClick={() => { open(each.id); }}>
              {each.reason} · {shortTime(each.made_at, serverNow())}
            </button>
          ))}
        </nav>
      )}
      {rehearsal
        ? <RehearsalView key={rehearsal} id={rehearsal} draftId={draft.id} onGone={() => { open(undefined); }} />
        : <Blank title={t('model_rehearsal.none')}>{t('model_rehearsal.none_text')}</Blank>}
    </section>
  );
}

function Begin({ draft, onBegun }: { draft: ModelDraftWhole; onBegun: (id: string, going?: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const stories = useQuery(storiesQuery(draft.family));
  const [story, choose] = useState<string>('');
  const [steps, setSteps] = useState<number | null>(null);
  const [reason, setReason] = useState('');
  const chosen = stories.data?.find((each) => each.key === story);
  const beginning = useMutation({
    mutationFn: () =>
      beginRehearsal(draft.id, {
        reason: reason.trim() || draft.name,
        ...(chosen ? { story: chosen.key, steps: steps ?? chosen.steps.length } : {}),
      }),
    onSuccess: (state) => {
      client.setQueryData(rehearsalQuery(state.id).queryKey, state);
      void client.invalidateQueries({ queryKey: draftRehearsalsQuery(draft.id).queryKey });
      // what the first piece did not reach is played on
      onBegun(state.id, chosen && String(steps ?? chosen.steps.length));
    },
  });
  return (
    <>
      <div className={styles.begin}>
        <div className={styles.field}>
          <label htmlFor="rehearsal-story">{t('model_rehearsal.story')}</label>
          <Select
            id="rehearsal-story" aria-label={t('model_rehearsal.story')} value={story} popupMatchSelectWidth={false}
            options={[
              { value: '', label: t('model_rehearsal.by_hand') },
              ...(stories.data ?? []).map((each) => ({ value: each.key, label: each.title })),
            ]}
            onChange={(next: string) => {
              choose(next);
              setSteps(null);
            }}
          />
        </div>
        {chosen && (
          <div className={styles.field}>
            <label htmlFor="rehearsal-steps">{t('model_rehearsal.steps')}</label>
            <InputNumber
              id="rehearsal-steps" min={0} max={chosen.steps.length} value={steps}
              placeholder={t('model_rehearsal.all_steps', { count: chosen.steps.length })} onChange={setSteps}
            />
          </div>
        )}
        <div className={styles.field}>
          <label htmlFor="rehearsal-reason">{t('model_rehearsal.reason')}</label>
          <Input id="rehearsal-reason" value={reason} placeholder={draft.name} maxLength={200} onChange={({ target }) => { setReason(target.value); }} />
        </div>
        <Button
          type="primary" loading={beginning.isPending} disabled={!draft.allowed_acts.includes('rehearse')}
          onClick={() => { beginning.mutate(); }}
        >
          {t('model_rehearsal.begin')}
        </Button>
      </div>
      {beginning.isError && <Note tone="overdue" live>{problemText(t, asProblem(beginning.error))}</Note>}
    </>
  );
}
