import { words } from '../words';

/** What build/form-words.ts puts in the place of form-js' English literals. */
export function formWord(key: string, ...values: unknown[]): string {
  const named = Object.fromEntries(values.map((value, index) => [index, value]));
  return String(words.t(key as never, named as never));
}
