import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { peopleQuery, type People } from '../../../queries/handovers';
import styles from './act-dialog.module.css';

type Props = {
  taskId: string;
  kind: People;
  label: string;
  value: string[];
  onChange: (ids: string[]) => void;
  isMany?: boolean;
};

/** Chooses among the people whom the server would accept, by name. */
export function PeoplePicker({ taskId, kind, label, value, onChange, isMany = false }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [q, setQ] = useState('');
  const found = useQuery(peopleQuery(taskId, kind, q));
  const options = found.data?.map((one) => ({ value: one.id, label: one.name, title: one.name }));
  const shared = {
    id,
    className: styles.wide,
    showSearch: { filterOption: false as const, onSearch: setQ },
    placeholder: label,
    loading: found.isFetching,
    notFoundContent: found.isFetching ? t('waiting') : t('assign.nobody'),
    options,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}<span className={styles.need}>{t('need.yes')}</span></label>
      {isMany ? (
        <Select {...shared} mode="multiple" value={value} onChange={(ids: string[]) => { onChange(ids); }} />
      ) : (
        <Select {...shared} value={value[0]} onChange={(one: string) => { onChange([one]); }} />
      )}
    </div>
  );
}
