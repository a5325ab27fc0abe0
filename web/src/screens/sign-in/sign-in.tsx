import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Session } from '../../api/types';
import { useTitle } from '../../parts/use-title';
import { sessionQuery } from '../../session/session';
import { speak } from '../../words';
import { Credentials } from './credentials';
import { ProviderButton, ProviderCode, ProviderProblem } from './provider';
import { safeNext } from './safe-next';
import styles from './sign-in.module.css';

export function SignIn() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const { next, problem, step } = useSearch({ from: '/sign-in' });
  useTitle(t('sign_in.title'));
  const enter = (session: Session, to = next) => {
    client.clear();
    client.setQueryData(sessionQuery.queryKey, session);
    router.history.push(safeNext(to));
  };
  return (
    <main className={styles.page}>
      <section className={styles.sheet} aria-labelledby="sign-in-title">
        <header className={styles.head}>
          <h1 id="sign-in-title">{t('frame.product')}</h1>
          <p>{t('frame.tagline')}</p>
        </header>
        {problem && <ProviderProblem code={problem} />}
        {step === 'code' ? (
          <ProviderCode onSignedIn={enter} />
        ) : (
          <>
            <Credentials onSignedIn={(session) => { enter(session); }} />
            <ProviderButton next={safeNext(next)} />
          </>
        )}
        <p className={styles.secrecy}>{t('secrecy')}</p>
      </section>
      <Button type="text" onClick={() => void speak(i18n.language === 'en' ? 'zh-CN' : 'en')}>
        {t('user.language')}
      </Button>
    </main>
  );
}
