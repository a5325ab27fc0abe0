import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { Failure } from '../../parts/failure';
import { useTitle } from '../../parts/use-title';

/** A screen that could not be drawn or fetched: a lost connection, or a new version of the page. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  useTitle(t('problem.not_loaded'));
  const again = () => {
    // after an update the old page asks for scripts that are gone: only a full load helps
    if (error instanceof Error && /import|module|chunk/i.test(error.message)) window.location.reload();
    reset();
    void router.invalidate();
  };
  return <Failure error={error} retry={again} />;
}
