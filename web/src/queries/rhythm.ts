/** However long a question has failed, it is asked again after this. */
const LONGEST_MS = 60_000;

type Told = { error: unknown; errorUpdatedAt: number; dataUpdatedAt: number };

/**
 * How long to wait before asking again: the beat while there are answers. While there are none, first
 * `first`, then for about as long as none has come, so that each wait doubles, up to a minute: many
 * open pages leave a server that comes back in peace. A hidden page does not ask at all (TanStack
 * Query's default, which no query here changes), and asks once when it is looked at again.
 */
export function rest({ error, errorUpdatedAt, dataUpdatedAt }: Told, beat: number, first = beat): number {
  if (!error) return beat;
  const silence = dataUpdatedAt ? errorUpdatedAt - dataUpdatedAt - beat : 0;
  return Math.max(first, Math.min(silence, LONGEST_MS));
}
