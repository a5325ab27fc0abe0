import { useTranslation } from 'react-i18next';

import styles from './waiting.module.css';

/** Quiet lines where the content will stand; appears only after a moment. */
export function Waiting({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.waiting} role="status">
      <span className="sr-only">{t('waiting')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} className={styles.line} />
      ))}
    </div>
  );
}
