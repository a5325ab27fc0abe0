import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Schemas } from '../../api/types';
import { shortTime } from '../../format/dates';
import { CopyText } from '../../parts/copy-text';
import { Note } from '../../parts/note';
import { serverNow } from '../../session/clock';

type Props = { name: string; activation: Schemas['Activation']; close: () => void };

/** The code that lets the owner of a new account set a password; shown once. */
export function ActivationCode({ name, activation, close }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t('users.code_title', { name })}
      onCancel={close}
      footer={<Button type="primary" onClick={close}>{t('users.code_kept')}</Button>}
    >
      <Note tone="soon" live title={t('users.code_once')}>
        <p><CopyText text={activation.code} /></p>
        <p>{t('users.code_until', { time: shortTime(activation.expires_at, serverNow()) })}</p>
      </Note>
    </Modal>
  );
}
