import { useTranslation } from 'react-i18next';

import { Note } from '../../parts/note';
import { useTitle } from '../../parts/use-title';
import { useSession } from '../../session/session';
import { NewToken } from './new-token';
import { PasswordForm } from './password-form';
import { SecondFactor } from './second-factor';
import { SignIns } from './sign-ins';

/** Password, second factor, where one is signed in, tokens of scripts. */
export function Account() {
  const { t } = useTranslation();
  const { must_enrol: mustEnrol, user } = useSession();
  useTitle(t('account.title'));
  return (
    <>
      <h1>{t('account.title')}</h1>
      {mustEnrol && <Note tone="soon" title={t('account.must_enrol')}>{t('account.must_enrol_text')}</Note>}
      <SecondFactor />
      <SignIns />
      {user.has_password && <PasswordForm />}
      {!mustEnrol && <NewToken />}
    </>
  );
}
