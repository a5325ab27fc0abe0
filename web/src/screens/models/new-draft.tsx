import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Form, Input, Modal, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { createDraft, familiesQuery, modelDraftsQuery } from '../../queries/model-drafts';
import styles from './models.module.css';

type Values = { family: string; name: string; start: 'live' | 'empty' };

/** A new draft: of which family, under what name, from what. */
export function NewDraft({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const { data: families = [] } = useQuery(familiesQuery);
  const creation = useMutation({
    mutationFn: ({ family, name, start }: Values) => createDraft(family, name, start),
    onSuccess: async (draft) => {
      await client.invalidateQueries({ queryKey: modelDraftsQuery.queryKey });
      await navigate({ to: '/models/$draftId', params: { draftId: draft.id } });
    },
  });
  const mayDeploy = families.filter((family) =>
    family.allowed_acts.some((act) => act === 'deploy' || act === 'propose_deploy'),
  );
  const nameIt = (key: string) => {
    const family = mayDeploy.find((one) => one.key === key);
    if (family && !form.isFieldTouched('name')) {
      form.setFieldValue('name', t('models.name_of', { family: family.name }));
    }
  };
  return (
    <Modal
      open
      title={t('models.new')}
      okText={t('models.new')}
      confirmLoading={creation.isPending}
      onOk={() => { form.submit(); }}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ start: 'live' }}
        onFinish={(values) => { creation.mutate(values); }}
      >
        <Form.Item name="family" label={t('models.family')} rules={[{ required: true }]}>
          <Select
            options={mayDeploy.map(({ key, name, accountable }) => ({
              value: key, label: accountable ? `${name} · ${t('models.accountable')}` : name,
            }))}
            onChange={nameIt}
          />
        </Form.Item>
        <Form.Item name="name" label={t('models.name')} rules={[{ required: true, whitespace: true, max: 100 }]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="start">
          <Radio.Group className={styles.choice}>
            <Radio value="live">{t('models.start_live')}</Radio>
            <Radio value="empty">{t('models.start_empty')}</Radio>
          </Radio.Group>
        </Form.Item>
      </Form>
      {creation.isError && (
        <Note tone="overdue" live>{problemText(t, asProblem(creation.error))}</Note>
      )}
    </Modal>
  );
}
