/**
 * Idempotency keys. One intent (method, address, body) keeps its key until the server has answered,
 * so a second press after a lost connection repeats the act instead of doing it twice.
 */
const pending = new Map<string, string>();

export function keyFor(intent: string): string {
  const known = pending.get(intent);
  if (known) return known;
  const key = freshKey();
  pending.set(intent, key);
  return key;
}

/** A final answer came (anything but a server fault): the next press is a new intent. */
export function settle(key: string): void {
  for (const [intent, value] of pending) if (value === key) pending.delete(intent);
}

/** crypto.randomUUID exists only on https and localhost; an intranet may well be neither. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
