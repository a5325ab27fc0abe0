import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Blank } from './blank';

/** 404: it is not there, or this person may not know that it is. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <Blank title={t('missing.title')} act={<Link to="/tasks">{t('missing.back')}</Link>}>
      {t('missing.text')}
    </Blank>
  );
}
