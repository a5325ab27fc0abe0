import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { TaskSummary } from '../../api/types';
import type { FormHandle } from '../../forms/form-view';
import type { Component } from '../../forms/pointers';
import { Note } from '../../parts/note';
import { OpinionField } from '../../parts/phrases/opinion-field';
import { problemText } from '../../parts/problem-text';
import { AT_ONCE, batchQuery, beginBatch, bulk, type BulkAct, type BulkWish } from '../../queries/bulk';
import { taskQuery, upload } from '../../queries/tasks';
import { PeoplePicker } from '../task/acts/people-picker';
import { BulkResults } from './bulk-results';
import styles from './bulk-bar.module.css';

const FormView = lazy(() => import('../../forms/form-view').then((module) => ({ default: module.FormView })));
const EMPTY = {};
const NO_FILES: never[] = [];

type Props = { act: BulkAct; tasks: TaskSummary[]; close: () => void };

/** Asks what the act needs, does it for each task by itself, then lists what came of each; many go on behind. */
export default function BulkDialog({ act, tasks, close }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/tasks' });
  const form = useRef<FormHandle>(null);
  const [to, setTo] = useState<string[]>([]);
  const [opinion, setOpinion] = useState('');
  const [first] = tasks;
  const whole = useQuery({ ...taskQuery(first?.id ?? ''), enabled: act === 'approve' && first !== undefined });
  const run = useMutation({
    mutationFn: async () => {
      const wish: BulkWish = {
        act,
        to: act === 'transfer' ? (to[0] ?? null) : null,
        opinion: opinion.trim(),
        values: form.current?.values() ?? {},
      };
      if (tasks.length <= AT_ONCE) return bulk(tasks, wish);
      const batch = await beginBatch(tasks, wish);
      client.setQueryData(batchQuery(batch.id).queryKey, batch);
      await navigate({ search: (old) => ({ ...old, batch: batch.id }), replace: true });
      close();
      return undefined;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['tasks'] }),
  });
  // one form is filled in for all: they must be the same step
  const isMixed = act === 'approve' && tasks.some((task) => task.element_id !== first?.element_id);
  const isReady = !isMixed && (act !== 'transfer' || (to.length > 0 && opinion.trim() !== ''));
  const schema = whole.data?.form?.schema as Component | undefined;
  return (
    <Modal
      open
      title={t(`bulk.${act}`)}
      okText={run.data ? t('bulk.close') : t('bulk.run', { count: tasks.length })}
      okButtonProps={{ loading: run.isPending, disabled: !isReady }}
      cancelButtonProps={run.data ? { hidden: true } : undefined}
      onOk={() => {
        if (run.data) return void close();
        if (act === 'approve' && schema && !form.current?.check().isValid) return undefined;
        run.mutate();
        return undefined;
      }}
      onCancel={close}
    >
      {run.data ? (
        <div role="status">
          <p>{t('bulk.done', { done: run.data.done, failed: run.data.failed })}</p>
          <BulkResults results={run.data.results.map(({ done, ...one }) => ({ ...one, state: done ? 'done' : 'refused' }))} tasks={tasks} />
        </div>
      ) : (
        <div className={styles.body}>
          {run.error && <Note tone="overdue" live title={t('hand.refused')}>{problemText(t, asProblem(run.error))}</Note>}
          <p>{t(`bulk.${act}_text`, { count: tasks.length })}</p>
          {tasks.length > AT_ONCE && <p className={styles.faint}>{t('bulk.behind')}</p>}
          {isMixed && <Note tone="soon">{t('bulk.mixed')}</Note>}
          {act === 'transfer' && first && (
            <PeoplePicker taskId={first.id} kind="transfer" label={t('hand.receiver')} value={to} onChange={setTo} />
          )}
          {act === 'approve' && schema && !isMixed && (
            <Suspense>
              <FormView ref={form} schema={schema} values={EMPTY} files={NO_FILES} isReadOnly={false}
                uploads={{ upload: (file) => upload(first?.id ?? null, file) }} onEdit={() => undefined} />
            </Suspense>
          )}
          {act !== 'claim' && (
            <OpinionField label={t(act === 'transfer' ? 'hand.reason' : 'hand.opinion')} value={opinion}
              onChange={setOpinion} isRequired={act === 'transfer'} />
          )}
        </div>
      )}
    </Modal>
  );
}
