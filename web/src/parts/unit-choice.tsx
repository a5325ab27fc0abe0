import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { organisationQuery, organisationsQuery } from '../queries/organisations';
import styles from './unit-choice.module.css';

type Props = {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  label?: string;
  /** what stands there while none is chosen */
  none?: string;
};

/** One unit to narrow a list by; what is typed is looked up by name. */
export function UnitChoice({ value, onChange, label, none }: Props) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const { data: chosen } = useQuery(organisationQuery(value));
  const { data: found = [], isFetching } = useQuery(organisationsQuery(q));
  const options = [...(chosen ? [chosen] : []), ...found.filter((one) => one.id !== chosen?.id)];
  return (
    <Select
      className={styles.choice}
      aria-label={label ?? t('filter.unit')}
      placeholder={none ?? t('filter.all_units')}
      value={value}
      allowClear
      showSearch={{ onSearch: setQ, filterOption: false }}
      loading={isFetching}
      notFoundContent={t('filter.no_unit')}
      onChange={(id: string | undefined) => { onChange(id); }}
      options={options.map((one) => ({ value: one.id, label: one.name }))}
    />
  );
}
