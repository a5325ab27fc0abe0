import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import styles from './blank.module.css';

/** 404: it is not there, or this person may not know that it is. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <div className={styles.blank}>
      <h1 className={styles.heading}>{t('missing.title')}</h1>
      <p>{t('missing.text')}</p>
      <p className={styles.act}>
        <Link to="/tasks">{t('missing.back')}</Link>
      </p>
    </div>
  );
}
