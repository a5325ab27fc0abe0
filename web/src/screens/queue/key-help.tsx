import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import styles from './key-help.module.css';

const KEYS = ['j', 'k', 'enter', 'a', 'x', 'slash', 'help'] as const;
const CAPS = { j: 'J', k: 'K', enter: 'Enter', a: 'A', x: 'X', slash: '/', help: '?' };

export function KeyHelp({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={close} footer={null} title={t('queue.keys')} width={400}>
      <dl className={styles.keys}>
        {KEYS.map((key) => (
          <div key={key}>
            <dt>
              <kbd>{CAPS[key]}</kbd>
            </dt>
            <dd>{t(`keys.${key}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
