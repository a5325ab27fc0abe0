import { useTranslation } from 'react-i18next';

import { NextSetting } from '../../parts/next-setting';
import { Note } from '../../parts/note';
import { useTitle } from '../../parts/use-title';
import { useSession } from '../../session/session';
import { NewToken } from './new-token';
import { PasswordForm } from './password-form';
import { SecondFactor } from './second-factor';
import { SignIns } from './sign-ins';
import styles from './account.module.css';

/** Password, second factor, where one is signed in, tokens of scripts. */
export function Account() {
  const { t } = useTranslation();
  const { must_enrol: mustEnrol, user } = useSession();
  useTitle(t('account.title'));
  return (
    <>
      <h1>{t('account.title')}</h1>
      {mustEnrol && <Note tone="soon" title={t('account.must_enrol')}>{t('account.must_enrol_text')}</Note>}
      {!mustEnrol && (
        <section className={styles.sheet} aria-labelledby="settings">
          <h2 id="settings">{t('account.settings')}</h2>
          <NextSetting />
        </section>
      )}
      <SecondFactor />
      <SignIns />
      {user.has_password && <PasswordForm />}
      {!mustEnrol && <NewToken />}
    </>
  );
}
