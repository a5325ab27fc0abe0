import type { LinkProps } from '@tanstack/react-router';

import type { Session } from '../../api/types';

type Room =
  | 'proposals'
  | 'users'
  | 'organisations'
  | 'periods'
  | 'ladders'
  | 'calendar'
  | 'journal'
  | 'suggestions';
type Entry = { to: LinkProps['to']; words: `admin.${Room}`; isFor?: (session: Session) => boolean };

/** Posts that open the letters of an Office: supervision/suggestions.py. */
const LETTER_READERS = ['office_staff', 'city_office_head', 'district_office', 'district_office_head'];

const may = (act: string) => (session: Session) => session.acts.includes(act);

/** The rooms of administration, in this order; one without a rule is everybody's to read. */
export const ROOMS: readonly Entry[] = [
  { to: '/admin/proposals', words: 'admin.proposals' },
  {
    to: '/admin/suggestions',
    words: 'admin.suggestions',
    isFor: (session) => session.posts.some((post) => LETTER_READERS.includes(post.group)),
  },
  {
    to: '/admin/users',
    words: 'admin.users',
    isFor: (session) => may('manage_accounts')(session) || may('audit')(session),
  },
  {
    to: '/admin/organisations',
    words: 'admin.organisations',
    isFor: (session) => may('manage_accounts')(session) || may('audit')(session),
  },
  { to: '/admin/periods', words: 'admin.periods' },
  { to: '/admin/ladders', words: 'admin.ladders' },
  { to: '/admin/calendar', words: 'admin.calendar' },
  { to: '/admin/journal', words: 'admin.journal', isFor: may('audit') },
];

export function roomsOf(session: Session): readonly Entry[] {
  return ROOMS.filter((room) => room.isFor?.(session) ?? true);
}
