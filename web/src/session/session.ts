import { queryOptions } from '@tanstack/react-query';
import { createContext, use } from 'react';

import { api, rememberCsrfToken, unwrap } from '../api/client';
import { asProblem } from '../api/problem';
import type { Session } from '../api/types';
import { rememberServerTime } from './clock';

/** Keeps what every later request needs of a session. */
export function remember(session: Session): Session {
  rememberCsrfToken(session.csrf_token ?? '');
  rememberServerTime(session.now);
  return session;
}

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return remember(await unwrap(api.GET('/api/v1/session')));
    } catch (error) {
      if (asProblem(error).isSignedOut) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export async function signIn(username: string, password: string, code = ''): Promise<Session> {
  return remember(await unwrap(api.POST('/api/v1/session', { body: { username, password, code } })));
}

export async function signOut(): Promise<void> {
  await unwrap(api.DELETE('/api/v1/session'));
}

/** Filled by the signed-in frame (screens/frame), around every screen but the sign-in. */
export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('a screen that needs a session was drawn without one');
  return session;
}

/** Fired on window when an ended session was taken up again on the same page. */
export const SIGNED_IN_AGAIN = 'dudao:signed-in-again';
