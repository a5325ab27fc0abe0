/** What has not reached the server yet, kept in this browser until it has. */
export type Kept = { content: string; revision: number; at: string };

const PREFIX = 'dudao.model-draft';

function key(draftId: string, partId: string): string {
  return `${PREFIX}.${draftId}.${partId}`;
}

export function keepLocally(draftId: string, partId: string, kept: Kept): void {
  try {
    localStorage.setItem(key(draftId, partId), JSON.stringify(kept));
  } catch {
    // the store is full or forbidden: the page itself still has it, and asks before it is left
  }
}

export function keptLocally(draftId: string, partId: string): Kept | null {
  try {
    const text = localStorage.getItem(key(draftId, partId));
    return text ? (JSON.parse(text) as Kept) : null;
  } catch {
    return null;
  }
}

export function forgetLocally(draftId: string, partId: string): void {
  try {
    localStorage.removeItem(key(draftId, partId));
  } catch {
    // nothing was kept
  }
}
