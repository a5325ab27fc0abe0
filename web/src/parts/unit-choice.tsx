import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { organisationQuery, organisationsQuery } from '../queries/organisations';
import styles from './unit-choice.module.css';

type Props = { value: string | undefined; onChange: (id: string | undefined) => void };

/** One unit to narrow a list by; what is typed is looked up by name. */
export function UnitChoice({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const { data: chosen } = useQuery(organisationQuery(value));
  const { data: found = [], isFetching } = useQuery(organisationsQuery(q));
  const options = [...(chosen ? [chosen] : []), ...found.filter((one) => one.id !== chosen?.id)];
  return (
    <Select
      className={styles.choice}
      aria-label={t('filter.unit')}
      placeholder={t('filter.all_units')}
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
