import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useSession } from '../../session/session';
import { roomsOf } from './rooms';
import styles from './admin.module.css';

/** The rooms of administration beside the one that is open. */
export function Admin() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <div className={styles.house}>
      <nav className={styles.rooms} aria-label={t('admin.nav')}>
        {roomsOf(session).map((room) => (
          <Link key={room.words} to={room.to} className={styles.room}>
            {t(room.words)}
          </Link>
        ))}
      </nav>
      <div className={styles.open}>
        <Outlet />
      </div>
    </div>
  );
}
