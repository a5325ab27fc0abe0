import { DownOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown, Input, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { problemText } from '../../parts/problem-text';
import { modelDraftQuery, removePart, type ModelDraftWhole, type ModelPart } from '../../queries/model-drafts';
import { PartHistory } from './part-history';

type Props = {
  draft: ModelDraftWhole;
  part: ModelPart;
  isReadOnly: boolean;
  write: () => Promise<string>;
  keepVersion: (note: string) => Promise<void>;
  onImport: (content: string) => void;
  onChanged: () => void;
};

/** What can be done with a part as a whole: versions, files, taking it out. */
export function PartActs({ draft, part, isReadOnly, write, keepVersion, onImport, onChanged }: Props) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [dialog, open] = useState<'history' | 'keep' | null>(null);
  const [note, setNote] = useState('');
  const removal = useMutation({
    mutationFn: () => removePart(draft.id, part.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: modelDraftQuery(draft.id).queryKey, exact: true });
      onChanged();
    },
    onError: (error) => void message.error(problemText(t, asProblem(error))),
  });
  const save = async () => {
    const file = new Blob([await write()], { type: 'text/plain' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = part.path.replace(/^.*\//, '');
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const load = async (file: File) => {
    onImport(await file.text());
    void message.success(t('model_part.imported', { name: file.name }));
  };
  const mayRemove = part.kind !== 'deadlines' && part.kind !== 'manifest' && part.content !== null;
  const items = [
    { key: 'history', label: t('model_part.history'), onClick: () => { open('history'); } },
    { key: 'export', label: t('model_part.export'), onClick: () => void save() },
    ...(isReadOnly
      ? []
      : [
          { key: 'keep', label: t('model_part.keep_version'), onClick: () => { open('keep'); } },
          { key: 'import', label: t('model_part.import'), onClick: () => chooser.current?.click() },
        ]),
    ...(isReadOnly || !mayRemove
      ? []
      : [
          {
            key: 'remove',
            label: t('model_part.remove'),
            onClick: () =>
              void modal.confirm({
                title: t('model_part.remove_sure', { name: part.name || part.path }),
                content: t('model_part.remove_text'),
                okText: t('model_part.remove'),
                onOk: () => { removal.mutate(); },
              }),
          },
        ]),
  ];
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items }} placement="bottomRight">
        <Button size="small">
          {t('model_part.history')} <DownOutlined aria-hidden />
        </Button>
      </Dropdown>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".bpmn,.dmn,.xml,.json,.toml,.form"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file) void load(file);
          target.value = '';
        }}
      />
      {dialog === 'history' && (
        <PartHistory
          draft={draft} part={part} isReadOnly={isReadOnly}
          onClose={() => { open(null); }} onRestored={onChanged}
        />
      )}
      <Modal
        open={dialog === 'keep'}
        title={t('model_part.keep_version')}
        okText={t('model_part.keep_version')}
        okButtonProps={{ disabled: note.trim() === '' }}
        onCancel={() => { open(null); }}
        onOk={async () => {
          await keepVersion(note.trim());
          setNote('');
          open(null);
        }}
      >
        <label htmlFor="version-note">{t('model_part.note')}</label>
        <Input id="version-note" value={note} maxLength={200} onChange={({ target }) => { setNote(target.value); }} />
      </Modal>
    </>
  );
}
