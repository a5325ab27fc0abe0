import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import { sessionQuery, SIGNED_IN_AGAIN } from '../../session/session';
import { Credentials } from '../sign-in/credentials';
import { ProviderButton } from '../sign-in/provider';

/** Laid over the screen when the session ran out; the screen below keeps what was typed. */
export function SessionEnded({ username }: { username: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <Modal open title={t('session.ended')} footer={null} closable={false} mask={{ closable: false }}>
      <p>{t('session.kept')}</p>
      <Credentials
        username={username}
        onSignedIn={(session) => {
          // somebody else must not continue in this person's screen
          if (session.user.username !== username) window.location.reload();
          client.setQueryData(sessionQuery.queryKey, session);
          window.dispatchEvent(new Event(SIGNED_IN_AGAIN));
        }}
      />
      <ProviderButton next={window.location.pathname + window.location.search} />
    </Modal>
  );
}
