import { asProblem, type Problem } from '../../api/problem';
import { savePart, type ModelPart } from '../../queries/model-drafts';
import type { DraftState } from '../task/use-draft';
import { forgetLocally, keepLocally } from './local-keep';

const PAUSE_MS = 1_000;
const RETRY_MS = 10_000;

export type Told = { state: DraftState; part: ModelPart };

/**
 * Sends what is edited of one part, one request at a time, each with the revision that the one
 * before answered; keeps it in the browser until it has arrived, and tries again.
 */
export class PartKeeper {
  private wanted: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private problem: Problem | null = null;
  private tell: (told: Told) => void = () => undefined;

  constructor(
    private readonly draftId: string,
    private part: ModelPart,
    private readonly now: () => string,
  ) {}

  /** Whoever draws the page is told of every turn. */
  listen(tell: (told: Told) => void): void {
    this.tell = tell;
  }

  get isUnsaved(): boolean {
    return this.wanted !== null;
  }

  /** What the part says by now, saved or not; null where it was taken out. */
  get content(): string | null {
    return this.wanted ?? this.part.content;
  }

  /** Another text was saved in between: a person decides which of the two it shall be. */
  private get isStale(): boolean {
    return this.problem?.status === 412;
  }

  edit(content: string): void {
    if (content === (this.wanted ?? this.part.content)) return;
    this.wanted = content;
    keepLocally(this.draftId, this.part.id, { content, revision: this.part.revision, at: this.now() });
    if (this.isStale) return;
    if (!this.running) this.say({ kind: 'unsaved' });
    this.later(PAUSE_MS);
  }

  /** True when all of it has arrived. */
  async flush(note = ''): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    const content = this.wanted ?? (note ? this.part.content : null);
    if (content !== null && !this.isStale) {
      this.say({ kind: 'saving' });
      this.running = this.send(content, note);
      await this.running;
    }
    return this.wanted === null;
  }

  /** Save on top of what somebody else saved: both stay in the history. */
  async overrule(revision: number): Promise<boolean> {
    this.part = { ...this.part, revision };
    this.problem = null;
    return this.flush();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private say(state: DraftState): void {
    this.tell({ state, part: this.part });
  }

  private later(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), pause);
  }

  private async send(content: string, note: string): Promise<void> {
    try {
      this.part = await savePart(this.draftId, this.part.id, this.part.revision, content, note);
      this.problem = null;
      if (this.wanted === content) this.wanted = null;
      if (this.wanted === null) forgetLocally(this.draftId, this.part.id);
      else this.later(PAUSE_MS);
      this.say(this.wanted === null ? { kind: 'saved', at: this.part.changed_at ?? this.now() } : { kind: 'unsaved' });
    } catch (error) {
      this.problem = asProblem(error);
      this.say({ kind: 'failed', problem: this.problem });
      if (this.problem.isNetwork || this.problem.status >= 500) this.later(RETRY_MS);
    } finally {
      this.running = null;
    }
  }
}
