import { useEffect, useState, type RefObject } from 'react';

import type { EditorHandle } from '../../modeler/bpmn-editor';
import type { ModelPart } from '../../queries/model-drafts';
import { serverNow } from '../../session/clock';
import { SIGNED_IN_AGAIN } from '../../session/session';
import type { DraftState } from '../task/use-draft';
import type { Kept } from './local-keep';
import { PartKeeper } from './part-keeper';

type Props = {
  draftId: string;
  part: ModelPart;
  kept: Kept | null;
  editorRef: RefObject<EditorHandle | null>;
  flushRef: RefObject<() => Promise<unknown>>;
  isReadOnly: boolean;
  onSaved: () => void;
  /** somebody else has taken the draft over */
  onLost: () => void;
};

/** Keeps one part while it is edited: on the server soon, in this browser at once. */
export function usePart(props: Props) {
  const { draftId, part, kept, editorRef, flushRef, isReadOnly, onSaved, onLost } = props;
  const [state, setState] = useState<DraftState>({ kind: kept ? 'unsaved' : 'clean' });
  const [keeper] = useState(() => new PartKeeper(draftId, part, serverNow));
  useEffect(() => {
    keeper.listen((told) => {
      setState(told.state);
      if (told.state.kind === 'saved') onSaved();
      if (told.state.kind === 'failed' && told.state.problem.code === 'draft-locked') onLost();
    });
  }, [keeper, onSaved, onLost]);
  useEffect(() => {
    // what could not be saved while somebody else had the draft
    if (!isReadOnly && keeper.isUnsaved) void keeper.flush();
  }, [keeper, isReadOnly]);
  useEffect(() => {
    if (kept) keeper.edit(kept.content);
  }, [keeper, kept]);
  useEffect(() => {
    const all = async (): Promise<boolean> => {
      await editorRef.current?.write();
      return keeper.flush();
    };
    flushRef.current = all;
    const again = () => void all();
    const warn = (event: BeforeUnloadEvent) => {
      if (keeper.isUnsaved) event.preventDefault();
    };
    window.addEventListener('online', again);
    window.addEventListener(SIGNED_IN_AGAIN, again);
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('online', again);
      window.removeEventListener(SIGNED_IN_AGAIN, again);
      window.removeEventListener('beforeunload', warn);
      flushRef.current = () => Promise.resolve();
      // what the drawing hands on as it goes comes a moment later: the keeper still takes it
      void keeper.flush();
    };
  }, [keeper, editorRef, flushRef]);
  return { state, keeper };
}
