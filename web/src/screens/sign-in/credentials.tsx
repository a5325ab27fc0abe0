import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Session } from '../../api/types';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { signIn } from '../../session/session';
import styles from './credentials.module.css';

type Props = { username?: string; onSignedIn: (session: Session) => void };

/** Account and password; used by the sign-in page and by the overlay of an ended session. */
export function Credentials({ username: known = '', onSignedIn }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState('');
  const act = useMutation({
    mutationFn: () => signIn(username.trim(), password),
    onSuccess: onSignedIn,
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (username.trim() && password) act.mutate();
  };
  const problem = act.error ? asProblem(act.error) : null;
  return (
    <form className={styles.form} onSubmit={submit}>
      {problem && (
        <Note tone="overdue" live>
          {problem.isSignedOut ? problem.detail || t('sign_in.refused') : problemText(t, problem)}
        </Note>
      )}
      <label htmlFor={`${id}-name`}>{t('sign_in.username')}</label>
      <Input
        id={`${id}-name`}
        autoComplete="username"
        autoFocus={!known}
        required
        value={username}
        onChange={(event) => {
          setUsername(event.target.value);
        }}
      />
      <label htmlFor={`${id}-password`}>{t('sign_in.password')}</label>
      <Input.Password
        id={`${id}-password`}
        autoComplete="current-password"
        autoFocus={Boolean(known)}
        required
        value={password}
        onChange={(event) => {
          setPassword(event.target.value);
        }}
      />
      <Button type="primary" htmlType="submit" block loading={act.isPending}>
        {t('sign_in.act')}
      </Button>
    </form>
  );
}
