import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Account } from '../../api/types';
import { accounts } from '../../queries/accounts';
import { ActDialog } from './act-dialog';
import { ActivationDialog } from './activation-dialog';
import { CloseUser } from './close-user';
import { ContactDialog } from './contact-dialog';
import { EndPost } from './end-post';
import { NewPost } from './new-post';
import { RecoveryDialog } from './recovery-dialog';
import { useAct } from './use-act';

const ACTS = ['post', 'end_post', 'contact', 'activate', 'recover', 'sign_out', 'close', 'reopen'] as const;
type Act = (typeof ACTS)[number];

/** What the security administrator may do with one account now. */
export function UserActs({ account }: { account: Account }) {
  const { t } = useTranslation();
  const [act, open] = useState<Act>();
  const close = () => { open(undefined); };
  const offered = ACTS.filter((one) => isOffered(one, account));
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: offered.map((one) => ({ key: one, label: t(`users.${one}`), danger: one === 'close' })),
          onClick: ({ key }) => { open(offered.find((one) => one === key)); },
        }}
      >
        <Button size="small" aria-label={t('users.acts_of', { name: account.name })}>{t('users.acts')}</Button>
      </Dropdown>
      {act === 'post' && <NewPost account={account} close={close} />}
      {act === 'end_post' && <EndPost account={account} close={close} />}
      {act === 'contact' && <ContactDialog account={account} close={close} />}
      {act === 'activate' && <ActivationDialog account={account} close={close} />}
      {act === 'recover' && <RecoveryDialog account={account} close={close} />}
      {act === 'sign_out' && <SignOut account={account} close={close} />}
      {act === 'close' && <CloseUser account={account} close={close} />}
      {act === 'reopen' && <Reopen account={account} close={close} />}
    </>
  );
}

function isOffered(act: Act, account: Account): boolean {
  if (!account.is_active) return act === 'reopen' || act === 'contact';
  if (act === 'reopen') return false;
  if (act === 'activate') return !account.is_activated;
  if (act === 'recover') return account.is_activated;
  if (act === 'end_post') return account.posts.length > 0;
  return true;
}

type Props = { account: Account; close: () => void };

function SignOut({ account, close }: Props) {
  const { t } = useTranslation();
  const act = useAct({
    run: () => accounts.endSignIns(account.id),
    touches: ['accounts'],
    said: t('users.sign_out_done', { name: account.name }),
    after: close,
  });
  return (
    <ActDialog title={`${t('users.sign_out')} ${account.name}`} okText={t('users.sign_out')} act={act} close={close}>
      <p>{t('users.sign_out_text')}</p>
    </ActDialog>
  );
}

function Reopen({ account, close }: Props) {
  const { t } = useTranslation();
  const act = useAct({
    run: () => accounts.reopen(account),
    touches: ['accounts'],
    said: t('users.reopen_done', { name: account.name }),
    after: close,
  });
  return (
    <ActDialog title={`${t('users.reopen')} ${account.name}`} okText={t('users.reopen')} act={act} close={close}>
      <p>{t('users.reopen_text')}</p>
    </ActDialog>
  );
}
