import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { accounts } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { ActivationCode } from './activation-code';
import { LineField } from './line-field';
import { useAct } from './use-act';
import styles from './admin.module.css';

/** An account; its owner sets the password with the code that is shown here once. */
export function NewUser({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [given, give] = useState({ username: '', name: '', email: '', phone: '' });
  const act = useAct({
    run: () => accounts.add({ ...given, email: given.email || null, phone: given.phone || null }),
    touches: ['accounts'],
    said: (done) => t('users.new_done', { name: done.account.name }),
  });
  const field = (name: keyof typeof given) => ({
    label: t(`users.field_${name}`),
    value: given[name],
    onChange: (value: string) => { give({ ...given, [name]: value }); },
  });
  if (act.data) return <ActivationCode name={act.data.account.name} activation={act.data.activation} close={close} />;
  return (
    <ActDialog
      title={t('users.new')}
      okText={t('users.new')}
      isReady={given.username.trim() !== '' && given.name.trim() !== ''}
      act={act}
      close={close}
    >
      <p>{t('users.new_text')}</p>
      <div className={styles.pair}>
        <LineField {...field('username')} />
        <LineField {...field('name')} />
        <LineField {...field('email')} type="email" />
        <LineField {...field('phone')} />
      </div>
    </ActDialog>
  );
}
