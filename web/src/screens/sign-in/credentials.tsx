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

const SECOND_STEP = new Set(['second-factor-needed', 'second-factor-refused']);

/** Account and password, then the code; used by the sign-in page and by the overlay of an ended session. */
export function Credentials({ username: known = '', onSignedIn }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const act = useMutation({
    mutationFn: () => signIn(username.trim(), password, code.trim()),
    onSuccess: onSignedIn,
    onError: () => { setCode(''); },
  });
  const problem = act.error ? asProblem(act.error) : null;
  const [asksCode, setAsksCode] = useState(false);
  if (problem && !asksCode && SECOND_STEP.has(problem.code)) setAsksCode(true);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (username.trim() && password && (!asksCode || code.trim())) act.mutate();
  };
  const isOnlyAsked = problem?.code === 'second-factor-needed';
  return (
    <form className={styles.form} onSubmit={submit}>
      {problem && (
        <Note tone={isOnlyAsked ? 'calm' : 'overdue'} live>
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
          setAsksCode(false);
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
      {asksCode && (
        <>
          <label htmlFor={`${id}-code`}>{t('sign_in.code')}</label>
          <Input
            id={`${id}-code`}
            autoComplete="one-time-code"
            autoFocus
            required
            value={code}
            onChange={(event) => {
              setCode(event.target.value);
            }}
          />
        </>
      )}
      <Button type="primary" htmlType="submit" block loading={act.isPending}>
        {t('sign_in.act')}
      </Button>
    </form>
  );
}
