import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Family, Values } from '../../api/types';
import { FormView, type FormHandle } from '../../forms/form-view';
import type { Component, Located } from '../../forms/pointers';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { startInstance } from '../../queries/instances';
import { upload } from '../../queries/tasks';
import { FaultList } from '../task/fault-list';
import styles from './start.module.css';

const UPLOADS = { upload: (file: File) => upload(null, file) };

export function StartForm({ family }: { family: Family }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<FormHandle>(null);
  const [faults, setFaults] = useState<Located[]>([]);
  const [isIncomplete, setIncomplete] = useState(false);
  const [schema] = useState(() => family.start_form?.schema as Component | undefined);
  // options and prefilled values, once: what is typed stays when the list is read again
  const [initial] = useState<Values>(() => family.start_values);
  const act = useMutation({
    mutationFn: (values: Values) => startInstance(family.key, values),
    onMutate: () => {
      setFaults([]);
    },
    onSuccess: async (instance) => {
      void client.invalidateQueries({ queryKey: ['instances'] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
      await navigate({ to: '/cases/$instanceId', params: { instanceId: instance.id } });
    },
    onError: (error) => {
      setFaults(form.current?.show(asProblem(error).faults) ?? []);
      form.current?.focusFirstError();
    },
  });
  const send = () => {
    const checked = form.current?.check() ?? { values: {}, isValid: true };
    setIncomplete(!checked.isValid);
    if (checked.isValid) act.mutate(checked.values);
    else form.current?.focusFirstError();
  };
  return (
    <>
      <section className={styles.sheet}>
        {schema ? (
          <FormView ref={form} schema={schema} values={initial} files={[]} isReadOnly={false} uploads={UPLOADS} onEdit={() => undefined} />
        ) : (
          <p>{t('start.formless')}</p>
        )}
        <p className={styles.secrecy}>{t('secrecy')}</p>
      </section>
      <div className={styles.acts}>
        {isIncomplete && (
          <Note tone="overdue" live title={t('task.incomplete')}>
            {t('task.incomplete_text')}
          </Note>
        )}
        {act.error && !isIncomplete && (
          <Note tone="overdue" live title={t('start.refused')}>
            {problemText(t, asProblem(act.error))}
            <FaultList located={faults} />
          </Note>
        )}
        <Button type="primary" loading={act.isPending} onClick={send}>
          {t('start.act')}
        </Button>
      </div>
    </>
  );
}
