import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { SORTS, type Sort } from '../../search';
import styles from './sort-choice.module.css';

type Props = { value: Sort | undefined; onChange: (sort: Sort | undefined) => void };

export function SortChoice({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      className={styles.choice}
      aria-label={t('queue.sort')}
      value={value ?? 'due_at'}
      onChange={(sort) => {
        onChange(sort === 'due_at' ? undefined : sort);
      }}
      options={SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
    />
  );
}
