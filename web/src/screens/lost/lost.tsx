import { useTranslation } from 'react-i18next';

import { Missing } from '../../parts/missing';
import { useTitle } from '../../parts/use-title';

/** An address that leads nowhere. */
export function Lost() {
  const { t } = useTranslation();
  useTitle(t('missing.title'));
  return (
    <main>
      <Missing />
    </main>
  );
}
