import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ActingBand } from '../../live/acting-band';
import { Bell } from '../../live/bell';
import { Connection } from '../../live/connection';
import { usePrincipal } from '../../session/acting';
import { SessionContext, sessionQuery } from '../../session/session';
import { SearchButton } from '../search/search-button';
import { Navigation } from './navigation';
import { SampleBanner } from './sample-banner';
import { SessionEnded } from './session-ended';
import { useFocusReturn } from './use-focus-return';
import { UserMenu } from './user-menu';
import styles from './frame.module.css';

/**
 * The page around every signed-in screen. When the session ends while a form is open, the screen
 * stays as it is and a sign-in is laid over it, so that nothing typed is lost.
 */
export function Frame() {
  const { t } = useTranslation();
  const { data } = useQuery(sessionQuery);
  const main = useRef<HTMLElement>(null);
  const last = useLast(data);
  const principal = usePrincipal();
  useFocusReturn();
  if (!last) return null;
  return (
    <SessionContext value={last}>
      <a className={styles.skip} href="#main" onClick={() => main.current?.focus()}>
        {t('frame.skip')}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link to="/" className={styles.mark}>
            <span className={styles.name}>{t('frame.product')}</span>
            <span className={styles.tagline}>{t('frame.tagline')}</span>
          </Link>
          <Navigation />
          <div className={styles.tools}>
            <SearchButton />
            <Bell />
            <UserMenu />
          </div>
        </div>
      </header>
      <Connection />
      <ActingBand />
      {last.user.is_demo && <SampleBanner />}
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        {/* in another's place every screen begins anew */}
        <Outlet key={principal?.id ?? ''} />
      </main>
      {data === null && <SessionEnded username={last.user.username} />}
    </SessionContext>
  );
}

/** The last value that was there. */
function useLast<T>(value: T | null | undefined): T | null {
  const [kept, keep] = useState<T | null>(value ?? null);
  if (value && value !== kept) keep(value);
  return kept;
}
