import { Link, type LinkProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Session } from '../../api/types';
import { answeringPosts } from '../../session/posts';
import { useSession } from '../../session/session';
import styles from './frame.module.css';

type Room = 'our_unit' | 'tasks' | 'cases' | 'problems' | 'calendar' | 'dashboard' | 'definitions' | 'operations' | 'admin';
type Entry = { to: LinkProps['to']; words: `frame.${Room}`; isFor?: (session: Session) => boolean };

/** The rooms of the house, in this order; one without a rule is everybody's. */
const ENTRIES: readonly Entry[] = [
  { to: '/our-unit', words: 'frame.our_unit', isFor: (session) => answeringPosts(session).length > 0 },
  { to: '/tasks', words: 'frame.tasks' },
  { to: '/cases', words: 'frame.cases' },
  { to: '/problems', words: 'frame.problems' },
  { to: '/calendar', words: 'frame.calendar' },
  { to: '/dashboard', words: 'frame.dashboard' },
  { to: '/definitions', words: 'frame.definitions' },
  { to: '/operations', words: 'frame.operations', isFor: (session) => session.acts.includes('operate') },
  { to: '/admin', words: 'frame.admin' },
];

export function Navigation() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <nav className={styles.nav} aria-label={t('frame.nav')}>
      {ENTRIES.filter((entry) => entry.isFor?.(session) ?? true).map((entry) => (
        <Link key={entry.words} to={entry.to} className={styles.link}>
          {t(entry.words)}
        </Link>
      ))}
    </nav>
  );
}
