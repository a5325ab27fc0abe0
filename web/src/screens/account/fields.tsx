import { Button, Input } from 'antd';
import { useId, useState, type SyntheticEvent } from 'react';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { useTranslation } from 'react-i18next';
import styles from './account.module.css';

type Field = { name: string; label: string; kind: 'password' | 'new-password' | 'code' | 'text' };
type Props = {
  fields: Field[];
  act: string;
  error: Error | null;
  pending: boolean;
  onSend: (values: Record<string, string>) => void;
};

const COMPLETE = {
  password: 'current-password',
  'new-password': 'new-password',
  code: 'one-time-code',
  text: 'off',
};

/** A few lines to fill in and one act; what the server refused stands above, and nothing is lost. */
export function Fields({ fields, act, error, pending, onSend }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [values, setValues] = useState<Record<string, string>>({});
  const isWhole = fields.every(({ name }) => values[name]);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isWhole) onSend(values);
  };
  const problem = error ? asProblem(error) : null;
  return (
    <form className={styles.form} onSubmit={submit}>
      {problem && (
        <Note tone="overdue" live>
          {[problemText(t, problem), ...problem.faults.map(({ detail }) => detail)].join(' ')}
        </Note>
      )}
      {fields.map(({ name, label, kind }) => {
        const Control = kind.endsWith('password') ? Input.Password : Input;
        return [
          <label key={`${name}-label`} htmlFor={`${id}-${name}`}>{label}</label>,
          <Control
            key={name}
            id={`${id}-${name}`}
            autoComplete={COMPLETE[kind]}
            required
            value={values[name] ?? ''}
            onChange={(event) => { setValues({ ...values, [name]: event.target.value }); }}
          />,
        ];
      })}
      <Button htmlType="submit" disabled={!isWhole} loading={pending}>{act}</Button>
    </form>
  );
}
