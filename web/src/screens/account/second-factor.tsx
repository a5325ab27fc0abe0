import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, QRCode } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyText } from '../../parts/copy-text';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { Waiting } from '../../parts/waiting';
import { account, secondFactorQuery } from '../../queries/account';
import { sessionQuery, useSession } from '../../session/session';
import styles from './account.module.css';
import { Fields } from './fields';

/** The authenticator: what it is, enrolling it, giving it up. */
export function SecondFactor() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const state = useQuery(secondFactorQuery);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['account'] });
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const show = (fresh: readonly string[]) => {
    setCodes(fresh);
    refresh();
  };
  return (
    <section className={styles.sheet}>
      <h2>{t('factor.title')}</h2>
      {state.isPending && <Waiting />}
      {state.isError && <Failure error={state.error} retry={() => void state.refetch()} />}
      {codes.length > 0 && <RecoveryCodes codes={codes} />}
      {state.data?.is_enrolled === false && <Enrolment onDone={show} />}
      {state.data?.is_enrolled && (
        <Enrolled left={state.data.recovery_codes_left} onCodes={show} onGone={refresh} />
      )}
    </section>
  );
}

/** Who signs in at the provider has no password here, and proves it by having signed in just now. */
function usePasswordField(): { name: string; label: string; kind: 'password' }[] {
  const { t } = useTranslation();
  const { user } = useSession();
  return user.has_password
    ? [{ name: 'password', label: t('account.current'), kind: 'password' }]
    : [];
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <Note tone="soon" title={t('factor.codes')} live>
      <p>{t('factor.codes_text')}</p>
      <ul className={styles.codes}>
        {codes.map((code) => <li key={code}><code>{code}</code></li>)}
      </ul>
    </Note>
  );
}

function Enrolment({ onDone }: { onDone: (codes: readonly string[]) => void }) {
  const { t } = useTranslation();
  const password = usePasswordField();
  const begin = useMutation({
    mutationFn: (given: Record<string, string>) => account.beginFactor(given['password'] ?? ''),
  });
  const confirm = useMutation({
    mutationFn: (given: Record<string, string>) => account.confirmFactor(given['code'] ?? ''),
    onSuccess: (answer) => { onDone(answer.recovery_codes); },
  });
  if (!begin.data) {
    return (
      <>
        <p>{t('factor.none_text')}</p>
        <Fields
          fields={password}
          act={t('factor.begin')}
          error={begin.error}
          pending={begin.isPending}
          onSend={(given) => { begin.mutate(given); }}
        />
      </>
    );
  }
  return (
    <>
      <p>{t('factor.scan')}</p>
      <div className={styles.enrol}>
        <QRCode value={begin.data.uri} type="svg" />
        <div>
          <p>{t('factor.secret')}</p>
          <p className={styles.secret}><CopyText text={begin.data.secret} /></p>
        </div>
      </div>
      <Fields
        fields={[{ name: 'code', label: t('factor.code'), kind: 'code' }]}
        act={t('factor.confirm')}
        error={confirm.error}
        pending={confirm.isPending}
        onSend={(given) => { confirm.mutate(given); }}
      />
    </>
  );
}

type EnrolledProps = { left: number; onCodes: (codes: readonly string[]) => void; onGone: () => void };

function Enrolled({ left, onCodes, onGone }: EnrolledProps) {
  const { t } = useTranslation();
  const password = usePasswordField();
  const [act, setAct] = useState<'renew' | 'remove' | null>(null);
  const run = useMutation({
    mutationFn: async (given: Record<string, string>) => {
      const password = given['password'] ?? '';
      const code = given['code'] ?? '';
      if (act === 'renew') return (await account.renewCodes(password, code)).recovery_codes;
      await account.removeFactor(password, code);
      return null;
    },
    onSuccess: (fresh) => {
      setAct(null);
      if (fresh) onCodes(fresh);
      else onGone();
    },
  });
  return (
    <>
      <p>{t('factor.enrolled_text', { left })}</p>
      {act === null ? (
        <div className={styles.acts}>
          <Button onClick={() => { setAct('renew'); }}>{t('factor.renew')}</Button>
          <Button danger onClick={() => { setAct('remove'); }}>{t('factor.remove')}</Button>
        </div>
      ) : (
        <Fields
          fields={[
            ...password,
            { name: 'code', label: t('factor.code'), kind: 'code' },
          ]}
          act={t(`factor.${act}`)}
          error={run.error}
          pending={run.isPending}
          onSend={(given) => { run.mutate(given); }}
        />
      )}
    </>
  );
}
