import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Modal, Select } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { StoredFile, Values } from '../../api/types';
import { FormView, type FormHandle } from '../../forms/form-view';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { Waiting } from '../../parts/waiting';
import {
  playTask, rehearsalTaskQuery, schemaOf, startByHand, type RehearsalState,
} from '../../queries/rehearsals';
import styles from './rehearse-step.module.css';

type Person = { id: string; name: string };
const NO_FILES: StoredFile[] = [];
/** A rehearsal takes a small file of the same name in the place of a real one. */
const NO_UPLOADS = { upload: () => Promise.reject(new Error('a rehearsal takes no files')) };

type FilledProps = {
  form: { key: string; schema: unknown } | null;
  values: Values;
  people: Person[];
  act: string;
  send: (person: string | null, values: Values) => Promise<RehearsalState>;
  onDone: (state: RehearsalState) => void;
};

/** A form that is filled in as somebody. */
function Filled({ form, values, people, act, send, onDone }: FilledProps) {
  const { t } = useTranslation();
  const view = useRef<FormHandle>(null);
  const [person, choose] = useState('');
  const schema = useMemo(() => schemaOf(form), [form]);
  const sending = useMutation({
    mutationFn: () => send(person || null, schema ? (view.current?.values() ?? {}) : {}),
    onSuccess: onDone,
    onError: (error) => { view.current?.show(asProblem(error).faults); },
  });
  return (
    <div className={styles.play}>
      <div className={styles.field}>
        <label htmlFor="rehearsal-person">{t('model_rehearsal.as')}</label>
        <Select
          id="rehearsal-person" aria-label={t('model_rehearsal.as')} value={person}
          options={[
            { value: '', label: t('model_rehearsal.anyone') },
            ...people.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={choose}
        />
      </div>
      {schema && (
        <FormView
          ref={view} schema={schema} values={values} files={NO_FILES} isReadOnly={false} uploads={NO_UPLOADS}
          onEdit={() => undefined}
        />
      )}
      {sending.isError && <Note tone="overdue" live>{problemText(t, asProblem(sending.error))}</Note>}
      <Button type="primary" loading={sending.isPending} onClick={() => { sending.mutate(); }}>{act}</Button>
    </div>
  );
}

type StartProps = { id: string; start: NonNullable<RehearsalState['start']>; onDone: (state: RehearsalState) => void };

export function PlayStart({ id, start, onDone }: StartProps) {
  const { t } = useTranslation();
  return (
    <Filled
      form={start.form} values={start.values} people={start.people} act={t('model_rehearsal.start')}
      send={(person, values) => startByHand(id, person ?? start.people[0]?.id ?? '', values)} onDone={onDone}
    />
  );
}

type TaskProps = { rehearsalId: string; taskId: string; onClose: () => void; onDone: (state: RehearsalState) => void };

export function PlayTask({ rehearsalId, taskId, onClose, onDone }: TaskProps) {
  const { t } = useTranslation();
  const { data: task, error } = useQuery(rehearsalTaskQuery(rehearsalId, taskId));
  return (
    <Modal open width={760} title={task?.name} footer={null} onCancel={onClose} destroyOnHidden>
      {error && <Note tone="overdue">{problemText(t, asProblem(error))}</Note>}
      {!task && !error && <Waiting />}
      {task && (
        <Filled
          form={task.form} values={task.values} people={task.people} act={t('model_rehearsal.submit')}
          send={(person, values) => playTask(rehearsalId, taskId, { person_id: person, values })} onDone={onDone}
        />
      )}
    </Modal>
  );
}
