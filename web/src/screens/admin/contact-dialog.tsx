import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { accounts } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { LineField } from './line-field';
import { useAct } from './use-act';

/** Name and contact of an account, corrected. */
export function ContactDialog({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(account.name);
  const [email, setEmail] = useState(account.email ?? '');
  const [phone, setPhone] = useState(account.phone ?? '');
  const act = useAct({
    run: () => accounts.change(account, { name, email: email || null, phone: phone || null }),
    touches: ['accounts'],
    said: t('users.contact_done'),
    after: close,
  });
  return (
    <ActDialog title={`${t('users.contact')} ${account.name}`} okText={t('users.contact')} isReady={name.trim() !== ''} act={act} close={close}>
      <LineField label={t('users.field_name')} value={name} onChange={setName} />
      <LineField label={t('users.field_email')} type="email" value={email} onChange={setEmail} />
      <LineField label={t('users.field_phone')} value={phone} onChange={setPhone} />
    </ActDialog>
  );
}
