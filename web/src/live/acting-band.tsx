import { SwapOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { actFor, usePrincipal } from '../session/acting';
import { useSession } from '../session/session';
import styles from './bands.module.css';

/** In whose place the page acts, above every screen, with the way back. */
export function ActingBand() {
  const { t } = useTranslation();
  const { user } = useSession();
  const principal = usePrincipal();
  const navigate = useNavigate();
  if (!principal) return null;
  return (
    <aside className={styles.acting} aria-label={t('acting.title')}>
      <SwapOutlined aria-hidden />
      <span>{t('acting.now', { name: principal.name, by: user.name })}</span>
      <Button
        size="small"
        onClick={() => {
          actFor(null);
          void navigate({ to: '/tasks' });
        }}
      >
        {t('acting.back')}
      </Button>
    </aside>
  );
}
