import { useTranslation } from 'react-i18next';

import styles from './sample-banner.module.css';

/** Samples are never to be taken for real cases, on any page or print. */
export function SampleBanner() {
  const { t } = useTranslation();
  return (
    <p className={styles.banner} role="note">
      <strong>{t('sample.title')}</strong>
      <span>{t('sample.text')}</span>
    </p>
  );
}
