import { DisconnectOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import styles from './bands.module.css';
import { usePulse } from './use-pulse';

/** Says that the server cannot be reached, and goes away by itself. */
export function Connection() {
  const { t } = useTranslation();
  const isLost = usePulse();
  return (
    <div role="status">
      {isLost && (
        <p className={styles.lost}>
          <DisconnectOutlined aria-hidden /> {t('live.lost')}
        </p>
      )}
    </div>
  );
}
