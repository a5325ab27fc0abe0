import { useTranslation } from 'react-i18next';

import styles from './sample-banner.module.css';

/** Samples are never to be taken for real cases, on any page or print. */
export function SampleBanner() {
  const { t } = useTranslation();
  return (
    <aside className={styles.banner} aria-label={t('sample.title')}>
      <strong>{t('sample.title')}</strong>
      <span>{t('sample.text')}</span>
    </aside>
  );
}
