import { Button, Divider, Input, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Option } from '../vocabulary';
import type { Context, Field } from './field';

type Props = {
  id: string;
  label: string;
  field: Field;
  context: Context;
  value: string;
  isReadOnly: boolean;
  onChange: (value: string) => void;
};

export function names(value: string): string[] {
  return value.split(',').map((part) => part.trim()).filter(Boolean);
}

/** One or several of what there is; what a file names and what is not there stays, and says so. */
export function ChoiceInput({ id, label, field, context, value, isReadOnly, onChange }: Props) {
  const { t } = useTranslation();
  const isMany = field.kind === 'many';
  const chosen = isMany ? names(value) : value ? [value] : [];
  const known = (field.options?.(context) ?? []).map((option) => ({
    value: option.value,
    // closed lists are words of ours, everything else is called as the family calls it
    label: option.word ? t(`model_choice.${option.word}`) : shown(option),
  }));
  const unknown = chosen
    .filter((one) => !known.some((option) => option.value === one))
    // where the list itself could not be had, nothing is said to be missing from it
    .map((one) => ({ value: one, label: known.length > 0 ? t('model_panel.unknown', { name: one }) : one }));
  const shared = {
    id,
    'aria-label': label,
    options: [...known, ...unknown],
    disabled: isReadOnly,
    allowClear: true,
    showSearch: { optionFilterProp: 'label' },
    placeholder: t('model_panel.none_chosen'),
    notFoundContent: t('model_panel.nothing_to_choose'),
    popupMatchSelectWidth: 320,
    style: { width: '100%' },
  };
  if (isMany) {
    return (
      <Select
        {...shared}
        mode="multiple"
        value={chosen}
        onChange={(next: string[]) => { onChange(next.join(',')); }}
      />
    );
  }
  const { create } = field;
  return (
    <Select
      {...shared}
      value={value || undefined}
      onChange={(next: string | undefined) => { onChange(next ?? ''); }}
      popupRender={
        create && ((menu) => (
          <>
            {menu}
            <Divider style={{ margin: 0 }} />
            <NewName onCreate={(name) => { create(context, name); }} />
          </>
        ))
      }
    />
  );
}

function shown({ value, label }: Option): string {
  return label === value ? value : `${label}（${value}）`;
}

function NewName({ onCreate }: { onCreate: (name: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const act = () => {
    if (!name.trim()) return;
    onCreate(name.trim());
    setName('');
  };
  return (
    <Space.Compact block style={{ padding: 8 }}>
      <Input
        value={name}
        placeholder={t('model_panel.new_name')}
        aria-label={t('model_panel.new_name')}
        onChange={({ target }) => { setName(target.value); }}
        onKeyDown={(event) => { event.stopPropagation(); }}
        onPressEnter={act}
      />
      <Button onClick={act}>{t('model_panel.create')}</Button>
    </Space.Compact>
  );
}
