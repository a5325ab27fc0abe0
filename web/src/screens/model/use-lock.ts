import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { modelDraftQuery, releaseLock, takeLock, type ModelDraftWhole } from '../../queries/model-drafts';

const BEAT_MS = 60_000;
/** How soon who only reads sees that the other has left. */
export const LOOK_MS = 20_000;

/** Holds the draft while this page edits it: taken when free, renewed, let go when left. */
export function useLock(draft: ModelDraftWhole, isEditing: boolean): void {
  const client = useQueryClient();
  const { id, lock } = draft;
  const mayLock = isEditing && draft.allowed_acts.includes('lock') && (lock === null || lock.is_mine);
  useEffect(() => {
    if (!mayLock) return undefined;
    const beat = () => {
      takeLock(id).then(
        (now) => {
          client.setQueryData(modelDraftQuery(id).queryKey, (known) => known && { ...known, ...now });
        },
        // somebody else was first, or the line is down: the draft itself tells
        () => void client.invalidateQueries({ queryKey: modelDraftQuery(id).queryKey, exact: true }),
      );
    };
    beat();
    const timer = setInterval(beat, BEAT_MS);
    return () => {
      clearInterval(timer);
    };
  }, [client, id, mayLock]);
  useEffect(
    () => () => {
      void releaseLock(id).catch(() => undefined);
    },
    [id],
  );
}
