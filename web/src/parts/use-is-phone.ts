import { useSyncExternalStore } from 'react';

import { breakpoints } from '../tokens';

const query = window.matchMedia(`(max-width: ${breakpoints.phone - 1}px)`);

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => {
    query.removeEventListener('change', listener);
  };
}

export function useIsPhone(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
