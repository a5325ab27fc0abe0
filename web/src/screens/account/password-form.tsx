import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { account } from '../../queries/account';
import styles from './account.module.css';
import { Fields } from './fields';

/** A new password by the old one. */
export function PasswordForm() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [round, setRound] = useState(0);
  const change = useMutation({
    mutationFn: (given: Record<string, string>) =>
      account.changePassword(given['current'] ?? '', given['password'] ?? ''),
    onSuccess: () => {
      void message.success(t('account.password_done'));
      void client.invalidateQueries({ queryKey: ['account'] });
      setRound(round + 1);
    },
  });
  return (
    <section className={styles.sheet}>
      <h2>{t('account.password')}</h2>
      <p>{t('account.password_text')}</p>
      <Fields
        key={round}
        fields={[
          { name: 'current', label: t('account.current'), kind: 'password' },
          { name: 'password', label: t('account.new_password'), kind: 'new-password' },
        ]}
        act={t('account.password')}
        error={change.error}
        pending={change.isPending}
        onSend={(given) => { change.mutate(given); }}
      />
    </section>
  );
}
