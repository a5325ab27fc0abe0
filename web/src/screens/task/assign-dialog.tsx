import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Task } from '../../api/types';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { assign, takersQuery, taskQuery } from '../../queries/tasks';

type Props = {
  task: Task;
  address: () => Promise<{ id: string; revision: number }>;
  close: () => void;
};

/** Gives the task to another person who may take it. */
export function AssignDialog({ task, address, close }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [q, setQ] = useState('');
  const [person, setPerson] = useState<string>();
  const takers = useQuery(takersQuery(task.id, q));
  const act = useMutation({
    mutationFn: async (userId: string) => assign(await address(), userId),
    onSuccess: (next) => {
      client.setQueryData(taskQuery(task.id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void message.success(t('assign.done', { name: next.assignee?.name ?? '' }));
      close();
    },
  });
  return (
    <Modal
      open
      title={t('assign.title')}
      okText={t('act.assign')}
      okButtonProps={{ disabled: !person, loading: act.isPending }}
      onOk={() => { if (person) act.mutate(person); }}
      onCancel={close}
    >
      {act.error && <Note tone="overdue" live>{problemText(t, asProblem(act.error))}</Note>}
      <p>{t('assign.text')}</p>
      <Select
        style={{ width: '100%' }}
        showSearch={{ filterOption: false, onSearch: setQ }}
        aria-label={t('assign.person')}
        placeholder={t('assign.person')}
        loading={takers.isFetching}
        notFoundContent={takers.isFetching ? t('waiting') : t('assign.nobody')}
        value={person}
        onChange={setPerson}
        options={takers.data?.items.map((one) => ({ value: one.id, label: one.name }))}
      />
    </Modal>
  );
}
