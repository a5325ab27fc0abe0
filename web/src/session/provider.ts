import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Session } from '../api/types';
import { remember } from './session';

/** What the organisation's own sign-in is called; null where there is none. */
export const providerQuery = queryOptions({
  queryKey: ['provider'],
  queryFn: async () => (await unwrap(api.GET('/api/v1/session/provider'))).name,
  staleTime: Infinity,
});

/** Leaves this page for the provider, to come back at `next`. */
export async function departTo(next: string): Promise<void> {
  const { address } = await unwrap(api.POST('/api/v1/session/oidc', { body: { next } }));
  if (address) window.location.assign(address);
}

/** After the provider: the code of our own second factor. */
export async function finishWith(code: string): Promise<{ session: Session; next: string }> {
  const entry = await unwrap(api.POST('/api/v1/session/oidc/code', { body: { code } }));
  return { session: remember(entry.session), next: entry.next };
}

/** Ends our session; true where the browser is on its way to end the provider's, too. */
export async function signOutThere(): Promise<boolean> {
  const { address } = await unwrap(api.POST('/api/v1/session/oidc/sign-out'));
  if (address) window.location.assign(address);
  return Boolean(address);
}
