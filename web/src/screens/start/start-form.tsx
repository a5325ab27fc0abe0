import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem, Problem } from '../../api/problem';
import type { Family, Values } from '../../api/types';
import { FormView, type FormHandle } from '../../forms/form-view';
import type { Component, Located } from '../../forms/pointers';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { startInstance } from '../../queries/instances';
import { openCase, SUPERVISION } from '../../queries/supervision';
import { FaultList } from '../task/fault-list';
import styles from './start.module.css';

const NO_FILES = { upload: () => Promise.reject(new Problem({ code: 'no_task', status: 422 })) };

/** Starts the case and answers the id of its instance. */
async function begin(family: string, values: Values): Promise<string> {
  if (family !== SUPERVISION) return (await startInstance(family, values)).id;
  const opened = await openCase(values);
  if (!opened.instance_id) throw new Problem({ code: 'no_instance', status: 500 });
  return opened.instance_id;
}

export function StartForm({ family }: { family: Family }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<FormHandle>(null);
  const [faults, setFaults] = useState<Located[]>([]);
  const [schema] = useState(() => family.start_form?.schema as Component | undefined);
  const [empty] = useState<Values>({});
  const act = useMutation({
    mutationFn: (values: Values) => begin(family.key, values),
    onMutate: () => {
      setFaults([]);
    },
    onSuccess: async (instanceId) => {
      void client.invalidateQueries({ queryKey: ['instances'] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
      await navigate({ to: '/cases/$instanceId', params: { instanceId } });
    },
    onError: (error) => {
      setFaults(form.current?.show(asProblem(error).faults) ?? []);
    },
  });
  const send = () => {
    const checked = form.current?.check() ?? { values: {}, isValid: true };
    if (checked.isValid) act.mutate(checked.values);
    else form.current?.focusFirstError();
  };
  return (
    <>
      <section className={styles.sheet}>
        {schema ? (
          <FormView ref={form} schema={schema} values={empty} files={[]} isReadOnly={false} uploads={NO_FILES} onEdit={() => undefined} />
        ) : (
          <p>{t('start.formless')}</p>
        )}
        <p className={styles.secrecy}>{t('secrecy')}</p>
      </section>
      <div className={styles.acts}>
        {act.error && (
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
