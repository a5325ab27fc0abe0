import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Progress } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { clockTime, longDay, shortDay, shortTime } from '../../format/dates';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { Waiting } from '../../parts/waiting';
import {
  deleteRehearsal, draftRehearsalsQuery, rehearsalQuery, stepOn, storyOn, type RehearsalState,
} from '../../queries/rehearsals';
import { PlayStart, PlayTask } from './rehearsal-play';
import { CLOCK, useGoing } from './use-going';
import styles from './rehearse-step.module.css';

type Props = { id: string; draftId: string; onGone: () => void };

/** Where a rehearsal stands, what happened in it, and the acts that take it on. */
export function RehearsalView({ id, draftId, onGone }: Props) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { data: state, error, refetch } = useQuery(rehearsalQuery(id));
  const [taskId, handle] = useState<string>();
  const take = (next: RehearsalState) => { client.setQueryData(rehearsalQuery(id).queryKey, next); };
  const going = useMutation({
    mutationFn: (act: () => Promise<RehearsalState>) => act(),
    onSuccess: take,
    onError: (problem) => void message.error(problemText(t, asProblem(problem))),
  });
  const playing = useGoing(id);
  const removal = useMutation({
    mutationFn: () => deleteRehearsal(id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: draftRehearsalsQuery(draftId).queryKey });
      onGone();
    },
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!state) return <Waiting />;
  const { story } = state;
  const go = (act: () => Promise<RehearsalState>) => { going.mutate(act); };
  return (
    <div className={styles.rehearsal}>
      <div className={styles.clock}>
        <span>{t('model_rehearsal.now')} <strong>{longDay(state.now, i18n.language)} {clockTime(state.now)}</strong></span>
        <span>{t('model_rehearsal.state')} <strong>{t(`model_rehearsal.state_${state.state ?? 'none'}`)}</strong></span>
        {story && <span>{t('model_rehearsal.story_at', { title: story.title, step: story.step, steps: story.steps })}</span>}
      </div>
      {story?.stopped && <Note tone="soon" title={t('model_rehearsal.story_stopped', { reason: story.stopped })} />}
      {playing.what !== undefined && <Playing state={state} what={playing.what} stop={playing.stop} />}
      {playing.what === undefined && (
        <div className={styles.acts}>
          {story && story.step < story.steps && !story.stopped && (
            <>
              <Button loading={going.isPending} onClick={() => { go(() => storyOn(id, story.step + 1)); }}>{t('model_rehearsal.story_on')}</Button>
              <Button disabled={going.isPending} onClick={() => { playing.begin(String(story.steps)); }}>{t('model_rehearsal.story_rest')}</Button>
            </>
          )}
          {state.allowed_acts.includes('step') && (
            <Button loading={going.isPending} onClick={() => { go(() => stepOn(id)); }}>{t('model_rehearsal.step')}</Button>
          )}
          {state.allowed_acts.includes('run') && (
            <Button disabled={going.isPending} onClick={() => { playing.begin(CLOCK); }}>{t('model_rehearsal.run')}</Button>
          )}
          <Button danger loading={removal.isPending} onClick={() => { removal.mutate(); }}>{t('model_rehearsal.delete')}</Button>
        </div>
      )}
      {state.start && state.state === null && <PlayStart id={id} start={state.start} onDone={take} />}
      <div className={styles.columns}>
        <Tasks state={state} onHandle={handle} />
        <Happenings state={state} />
      </div>
      {taskId && (
        <PlayTask
          rehearsalId={id} taskId={taskId}
          onClose={() => { handle(undefined); }}
          onDone={(next) => {
            take(next);
            handle(undefined);
          }}
        />
      )}
    </div>
  );
}

/** How far it is, and the way to end it; what was played stays. */
function Playing({ state: { story, now }, what, stop }: { state: RehearsalState; what: string; stop: () => void }) {
  const { t, i18n } = useTranslation();
  const steps = Number(what);
  return (
    <div className={styles.playing}>
      {what !== CLOCK && story && (
        <Progress aria-label={t('model_rehearsal.playing')} percent={Math.round((story.step / steps) * 100)} />
      )}
      <p role="status">
        {what !== CLOCK && story
          ? t('model_rehearsal.playing_story', { step: story.step, steps })
          : t('model_rehearsal.playing_clock', { date: longDay(now, i18n.language) })}
      </p>
      <Button onClick={stop}>{t('model_rehearsal.stop')}</Button>
    </div>
  );
}

function Tasks({ state, onHandle }: { state: RehearsalState; onHandle: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{t('model_rehearsal.tasks')}</h2>
      {state.tasks.length === 0 && <p className={styles.faint}>{t('model_rehearsal.no_tasks')}</p>}
      <ul className={styles.list}>
        {state.tasks.map((task) => (
          <li key={task.id}>
            <span>{task.name}</span>
            <Button size="small" onClick={() => { onHandle(task.id); }}>{t('model_rehearsal.handle')}</Button>
          </li>
        ))}
      </ul>
      {state.deadlines.length > 0 && <h2>{t('model_rehearsal.deadlines')}</h2>}
      <ul className={styles.list}>
        {state.deadlines.map((deadline) => (
          <li key={deadline.id}>{t('model_rehearsal.due', { name: deadline.name, date: deadline.due_at ? shortDay(deadline.due_at, state.now) : '' })}</li>
        ))}
      </ul>
      {state.timers.length > 0 && <h2>{t('model_rehearsal.timers')}</h2>}
      <ul className={styles.list}>
        {state.timers.map((timer, index) => (
          <li key={index}><code>{timer.element_id ?? timer.kind}</code> <span className={styles.faint}>{shortTime(timer.due_at, state.now)}</span></li>
        ))}
      </ul>
    </section>
  );
}

function Happenings({ state }: { state: RehearsalState }) {
  const { t } = useTranslation();
  return (
    <section>
      {state.incidents.length > 0 && <h2>{t('model_rehearsal.incidents')}</h2>}
      {state.incidents.map((incident, index) => (
        <Note key={index} tone="overdue" title={incident.element_id}>{incident.message}</Note>
      ))}
      <h2>{t('model_rehearsal.happenings')}</h2>
      {state.happenings.length === 0 && <p className={styles.faint}>{t('model_rehearsal.nothing')}</p>}
      <ol className={styles.list}>
        {state.happenings.map((happening, index) => (
          <li key={index}>
            <span className={styles.faint}>{shortTime(happening.at, state.now)}</span>
            <strong>{happening.name}</strong>
            <span>{happening.detail}</span>
            {happening.person && <span className={styles.faint}>{t('model_rehearsal.told', { person: happening.person })}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
