import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { addPart, modelDraftQuery, type ModelDraftWhole } from '../../queries/model-drafts';
import { contentOf, pathOf, type NewKind } from './templates';

type Values = { key: string; title: string };
type Props = { draft: ModelDraftWhole; kind: NewKind; onClose: () => void };

/** A new file of the draft, with just enough in it to begin. */
export function NewPart({ draft, kind, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/models/$draftId' });
  const [form] = Form.useForm<Values>();
  const adding = useMutation({
    mutationFn: ({ key, title }: Values) =>
      addPart(draft.id, pathOf(kind, draft.family, key), contentOf(kind, draft.family, key, title ?? key)),
    onSuccess: async (part) => {
      await client.invalidateQueries({ queryKey: modelDraftQuery(draft.id).queryKey, exact: true });
      await client.invalidateQueries({ queryKey: ['vocabulary', draft.id] });
      onClose();
      await navigate({ search: (known) => ({ ...known, part: part.id }) });
    },
  });
  const isTaken = (key: string) =>
    draft.parts.some((part) => part.path === pathOf(kind, draft.family, key) && part.state !== 'removed');
  return (
    <Modal
      open
      title={`${t('model_part.new')} · ${t(`model_part.${kind}`)}`}
      okText={t('model_part.create')}
      confirmLoading={adding.isPending}
      onOk={() => { form.submit(); }}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(values) => { adding.mutate(values); }}>
        {kind !== 'form' && (
          <Form.Item name="title" label={t('model_part.title')} rules={[{ required: true, whitespace: true }]}>
            <Input maxLength={100} />
          </Form.Item>
        )}
        <Form.Item
          name="key"
          label={t('model_part.key')}
          extra={t('model_part.key_hint')}
          rules={[
            { required: true, pattern: /^[a-z][a-z0-9_]*$/, message: t('model_part.key_bad') },
            {
              validator: (_, key: string) =>
                isTaken(key) ? Promise.reject(new Error(t('model_part.key_taken'))) : Promise.resolve(),
            },
          ]}
        >
          <Input maxLength={60} />
        </Form.Item>
      </Form>
      {adding.isError && <Note tone="overdue" live>{problemText(t, asProblem(adding.error))}</Note>}
    </Modal>
  );
}
