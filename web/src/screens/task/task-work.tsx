import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem, type Problem } from '../../api/problem';
import type { Completion, Task, TaskAct, Values } from '../../api/types';
import type { FormHandle } from '../../forms/form-view';
import { opinionIn, type Component, type Located } from '../../forms/pointers';
import { Note } from '../../parts/note';
import { PhraseBar } from '../../parts/phrases/phrase-bar';
import { problemText } from '../../parts/problem-text';
import { Waiting } from '../../parts/waiting';
import { claim, complete, taskQuery, unclaim, upload } from '../../queries/tasks';
import { DeskContext, type Desk } from './acts/desk';
import { ActionBar } from './action-bar';
import { FaultList } from './fault-list';
import { Overtaken } from './overtaken';
import { SignOffCard } from './sign-off-card';
import { TaskNotes } from './task-notes';
import { useDraft } from './use-draft';
import styles from './task-work.module.css';

const FormView = lazy(() =>
  import('../../forms/form-view').then((module) => ({ default: module.FormView })),
);

type Props = {
  task: Task;
  reload: () => Promise<unknown>;
  /** `said` tells what happened where it was not simply done */
  onCompleted: (completion: Completion, said?: string) => void;
};

/** Acts for which the form is filled in. */
const FILLING: TaskAct[] = ['complete', 'save_draft', 'vote', 'record_on_paper'];

/** The form of a task and the acts below it. Mounted anew whenever the task is loaded anew. */
export function TaskWork({ task, reload, onCompleted }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useRef<FormHandle>(null);
  const isEditable = FILLING.some((act) => task.allowed_acts.includes(act));
  const draft = useDraft(task, task.allowed_acts.includes('save_draft'));
  const [faults, setFaults] = useState<Located[]>([]);
  const [isIncomplete, setIncomplete] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [schema] = useState(() => task.form?.schema as Component | undefined);
  const opinion = schema && opinionIn(schema);
  // values arrive once per mount: what is typed stays, whatever is read meanwhile
  const [initial] = useState(() => ({ values: task.values, files: task.attachments }));

  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname) return false;
      return !(await draft.flush()) && !window.confirm(t('draft.leave'));
    },
    enableBeforeUnload: false,
  });

  const refuse = (error: unknown) => {
    const refused = asProblem(error);
    setProblem(refused);
    if (refused.status === 422) {
      setFaults(form.current?.show(refused.faults) ?? unplaced(refused));
      form.current?.focusFirstError();
    }
  };
  const settled = () => {
    void client.invalidateQueries({ queryKey: ['tasks'] });
    void client.invalidateQueries({ queryKey: ['instance', task.instance.id] });
  };
  const submit = useMutation({
    mutationFn: async (values: Values) => {
      await draft.flush();
      return complete({ id: task.id, revision: draft.revision() }, values);
    },
    onMutate: () => {
      setProblem(null);
      setFaults([]);
      setIncomplete(false);
    },
    onSuccess: (completion) => { onCompleted(completion); },
    onError: refuse,
    onSettled: settled,
  });
  const take = useMutation({
    mutationFn: async (act: 'claim' | 'unclaim') => {
      await draft.flush();
      const address = { id: task.id, revision: draft.revision() };
      return act === 'claim' ? claim(address) : unclaim(address);
    },
    onSuccess: (next) => client.setQueryData(taskQuery(task.id).queryKey, next),
    onError: refuse,
    onSettled: settled,
  });
  const checked = () => {
    const found = form.current?.check() ?? { values: {}, isValid: schema === undefined };
    setIncomplete(!found.isValid);
    if (found.isValid) return found.values;
    form.current?.focusFirstError();
    return null;
  };
  const desk: Desk = {
    task,
    checked,
    address: async () => {
      await draft.flush();
      return { id: task.id, revision: draft.revision() };
    },
    changed: (next) => client.setQueryData(taskQuery(task.id).queryKey, next),
    completed: onCompleted,
    reload: () => void reload(),
  };
  const overtaken = [problem, draft.state.kind === 'failed' ? draft.state.problem : null].find(
    (one) => one?.isOvertaken,
  );
  return (
    <DeskContext value={desk}>
      <TaskNotes task={task} />
      {task.sign_off && <SignOffCard signOff={task.sign_off} />}
      <section className={styles.sheet} aria-label={t('task.form')}>
        {task.basis && <p className={styles.basis}>{t('task.basis', { basis: task.basis })}</p>}
        {schema ? (
          <Suspense fallback={<Waiting lines={6} />}>
            <FormView
              ref={form}
              schema={schema}
              values={initial.values}
              files={initial.files}
              isReadOnly={!isEditable}
              uploads={{ upload: (file) => upload(task.id, file) }}
              onEdit={(values, isTouched) => {
                // the remark was about what stood there before
                if (draft.edit(values, isTouched)) setIncomplete(false);
              }}
            />
          </Suspense>
        ) : (
          <p className={styles.formless}>{t('task.formless')}</p>
        )}
        {isEditable && opinion && (
          <PhraseBar
            text={() => form.current?.read(opinion) ?? ''}
            pick={(phrase) => form.current?.add(opinion, phrase)}
          />
        )}
        {isEditable && schema && <p className={styles.secrecy}>{t('secrecy')}</p>}
      </section>
      <ActionBar
        draft={draft.state}
        isBusy={submit.isPending || take.isPending}
        submit={submit.mutate}
        take={take.mutate}
        save={() => void draft.flush()}
      >
        {overtaken && <Overtaken problem={overtaken} draft={draft} form={form} reload={reload} task={task} />}
        {isIncomplete && <Note tone="overdue" live title={t('task.incomplete')}>{t('task.incomplete_text')}</Note>}
        {problem && !overtaken && (
          <Note tone="overdue" live title={t('task.refused')}>
            {problemText(t, problem)}
            <FaultList located={faults} />
          </Note>
        )}
      </ActionBar>
    </DeskContext>
  );
}

/** A task without a form can still be refused with pointers. */
function unplaced(problem: Problem): Located[] {
  return problem.faults.map((fault) => ({ fault, place: null, indexes: [] }));
}
