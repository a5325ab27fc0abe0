import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useId, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { Session } from '../../api/types';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { departTo, finishWith, providerQuery } from '../../session/provider';
import styles from './credentials.module.css';

/** The codes with which the callback ends at this page, and what they say. */
const PROBLEMS = {
  'provider-unavailable': 'sign_in.provider_unavailable',
  'provider-garbled': 'sign_in.provider_garbled',
  'provider-denied': 'sign_in.provider_denied',
  'sign-in-lost': 'sign_in.lost',
  'account-closed': 'sign_in.closed',
  'too-many-sign-ins': 'sign_in.too_many',
} as const;

function isKnown(code: string): code is keyof typeof PROBLEMS {
  return Object.hasOwn(PROBLEMS, code);
}

/** The way in by the organisation's own sign-in, where there is one. */
export function ProviderButton({ next }: { next: string }) {
  const { t } = useTranslation();
  const { data: name } = useQuery(providerQuery);
  const act = useMutation({ mutationFn: () => departTo(next) });
  if (!name) return null;
  return (
    <div className={styles.provider}>
      {act.error && <Note tone="overdue" live>{problemText(t, asProblem(act.error))}</Note>}
      <Button block loading={act.isPending} onClick={() => { act.mutate(); }}>
        {t('sign_in.provider', { name })}
      </Button>
    </div>
  );
}

/** What went wrong on the way back from the provider. */
export function ProviderProblem({ code }: { code: string }) {
  const { t } = useTranslation();
  return <Note tone="overdue" live>{t(isKnown(code) ? PROBLEMS[code] : 'sign_in.provider_garbled')}</Note>;
}

type CodeProps = { onSignedIn: (session: Session, next: string) => void };

/** After the provider: the code of our own second factor. */
export function ProviderCode({ onSignedIn }: CodeProps) {
  const { t } = useTranslation();
  const id = useId();
  const [code, setCode] = useState('');
  const act = useMutation({
    mutationFn: () => finishWith(code.trim()),
    onSuccess: ({ session, next }) => { onSignedIn(session, next); },
    onError: () => { setCode(''); },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (code.trim()) act.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {act.error && <Note tone="overdue" live>{problemText(t, asProblem(act.error))}</Note>}
      <label htmlFor={`${id}-code`}>{t('sign_in.code')}</label>
      <Input
        id={`${id}-code`}
        autoComplete="one-time-code"
        autoFocus
        required
        value={code}
        onChange={(event) => { setCode(event.target.value); }}
      />
      <Button type="primary" htmlType="submit" block loading={act.isPending}>{t('sign_in.act')}</Button>
    </form>
  );
}
