import { Input } from 'antd';
import { useId } from 'react';

import styles from './admin.module.css';

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'date' | 'number' | 'email';
  rows?: number;
  hint?: string;
};

/** One labelled line, or an area of `rows` lines. */
export function LineField({ label, value, onChange, type = 'text', rows, hint }: Props) {
  const id = useId();
  const shared = {
    id,
    value,
    'aria-describedby': hint ? `${id}-hint` : undefined,
    onChange: (event: { target: { value: string } }) => { onChange(event.target.value); },
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows ? <Input.TextArea rows={rows} maxLength={20_000} {...shared} /> : <Input type={type} {...shared} />}
      {hint && <span id={`${id}-hint`} className={styles.off}>{hint}</span>}
    </div>
  );
}
