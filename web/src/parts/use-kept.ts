import { useState } from 'react';

const PREFIX = 'dudao.kept.';

/**
 * A text that outlives its dialog: a refusal, a reload and a slip of the finger lose nothing.
 * It stays in this window's session until `drop`, called when the act is done.
 */
export function useKept(key: string): [string, (text: string) => void, () => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(PREFIX + key) ?? '');
  const keep = (next: string) => {
    sessionStorage.setItem(PREFIX + key, next);
    setText(next);
  };
  const drop = () => {
    sessionStorage.removeItem(PREFIX + key);
  };
  return [text, keep, drop];
}
