import { useState } from 'react';

/** In memory only: nothing of a case is written down in the browser. */
const kept = new Map<string, string>();

/**
 * A text that outlives its dialog: a refusal, a task read anew and a slip of the finger lose
 * nothing. It stays until `drop`, called when the act is done.
 */
export function useKept(key: string): [string, (text: string) => void, () => void] {
  const [text, setText] = useState(() => kept.get(key) ?? '');
  const keep = (next: string) => {
    kept.set(key, next);
    setText(next);
  };
  const drop = () => {
    kept.delete(key);
  };
  return [text, keep, drop];
}

/** Another person sits down at the page. */
export function forgetKept(): void {
  kept.clear();
}
