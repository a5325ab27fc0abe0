import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { accounts } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { ActivationCode } from './activation-code';
import { useAct } from './use-act';

/** Another code for an account whose owner has set no password yet; the one before is void. */
export function ActivationDialog({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const act = useAct({ run: () => accounts.activate(account.id), touches: ['accounts'], said: t('users.activate_done') });
  if (act.data) return <ActivationCode name={account.name} activation={act.data} close={close} />;
  return (
    <ActDialog title={`${t('users.activate')} ${account.name}`} okText={t('users.activate')} act={act} close={close}>
      <p>{t('users.activate_text')}</p>
    </ActDialog>
  );
}
