import { useEffect, useRef, useState } from 'react';

import { asProblem, type Problem } from '../../api/problem';
import type { Task, Values } from '../../api/types';
import { sameValues } from '../../forms/values';
import { saveDraft } from '../../queries/tasks';
import { SIGNED_IN_AGAIN } from '../../session/session';

const PAUSE_MS = 1_200;
const RETRY_MS = 15_000;

export type DraftState =
  | { kind: 'clean' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'saved'; at: string }
  | { kind: 'failed'; problem: Problem };

type Draft = {
  state: DraftState;
  /** the revision the next change must name */
  revision: () => number;
  /** Takes what the form holds now; true when a person made it differ from before. */
  edit: (values: Values, isTouched: boolean) => boolean;
  /** Saves what is unsaved now; resolves when nothing is in flight, true if all of it is kept. */
  flush: () => Promise<boolean>;
};

/**
 * Keeps what is typed: a moment after the last key, and again after a lost connection. One request
 * at a time, because each carries the revision that the one before answered.
 */
export function useDraft(task: Task, isEditable: boolean): Draft {
  const [state, setState] = useState<DraftState>(
    task.draft_saved_at ? { kind: 'saved', at: task.draft_saved_at } : { kind: 'clean' },
  );
  const [keeper] = useState(() => new Keeper(task, setState));
  useEffect(() => {
    const again = () => void keeper.flush();
    window.addEventListener('online', again);
    window.addEventListener(SIGNED_IN_AGAIN, again);
    const warn = (event: BeforeUnloadEvent) => {
      if (keeper.isUnsaved) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('online', again);
      window.removeEventListener(SIGNED_IN_AGAIN, again);
      window.removeEventListener('beforeunload', warn);
      void keeper.flush();
    };
  }, [keeper]);
  const latest = useRef(isEditable);
  useEffect(() => {
    latest.current = isEditable;
  });
  return {
    state,
    revision: () => keeper.revision,
    edit: (values, isTouched) => latest.current && keeper.edit(values, isTouched),
    flush: () => keeper.flush(),
  };
}

class Keeper {
  revision: number;
  private readonly id: string;
  private saved: Values | null = null;
  private wanted: Values | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private problem: Problem | null = null;

  constructor(
    task: Task,
    private readonly tell: (state: DraftState) => void,
  ) {
    this.id = task.id;
    this.revision = task.revision;
  }

  get isUnsaved(): boolean {
    return this.wanted !== null;
  }

  edit(values: Values, isTouched: boolean): boolean {
    if (!isTouched) {
      // the form as drawn, with its defaults: nothing was typed into it yet
      this.saved = values;
      return false;
    }
    if (sameValues(values, this.wanted ?? this.saved ?? {})) return false;
    this.wanted = structuredClone(values);
    if (this.problem?.isOvertaken) return true;
    if (!this.running) this.tell({ kind: 'unsaved' });
    this.later(PAUSE_MS);
    return true;
  }

  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.wanted && !this.problem?.isOvertaken) await this.save(this.wanted);
    return this.wanted === null;
  }

  private later(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), pause);
  }

  private async save(values: Values): Promise<void> {
    this.tell({ kind: 'saving' });
    this.running = this.send(values);
    await this.running;
    this.running = null;
  }

  private async send(values: Values): Promise<void> {
    try {
      const task = await saveDraft({ id: this.id, revision: this.revision }, values);
      this.revision = task.revision;
      this.saved = values;
      this.problem = null;
      if (this.wanted === values) this.wanted = null;
      this.tell(
        this.wanted || !task.draft_saved_at
          ? { kind: this.wanted ? 'unsaved' : 'clean' }
          : { kind: 'saved', at: task.draft_saved_at },
      );
      if (this.wanted) this.later(PAUSE_MS);
    } catch (error) {
      this.problem = asProblem(error);
      this.tell({ kind: 'failed', problem: this.problem });
      if (this.problem.isNetwork || this.problem.status >= 500) this.later(RETRY_MS);
    }
  }
}
