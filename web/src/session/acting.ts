import { useSyncExternalStore } from 'react';

import { actInPlaceOf } from '../api/client';
import type { Person } from '../api/types';
import { forgetKept } from '../parts/use-kept';
import { forgetPulse } from '../queries/desk';
import { queries } from '../query-client';

/**
 * For whom this page acts (代理). In memory only: a page that is loaded anew acts for oneself again,
 * so that nobody stays in another's place without knowing.
 */
let principal: Person | null = null;
const listeners = new Set<() => void>();

/** Changes in whose place everything is read and done; what was read for the other is forgotten. */
export function actFor(person: Person | null): void {
  principal = person;
  actInPlaceOf(person?.id ?? null);
  forgetPulse();
  forgetKept();
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is represented now; null for oneself. */
export function usePrincipal(): Person | null {
  return useSyncExternalStore(subscribe, () => principal);
}
