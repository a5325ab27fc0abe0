import { CASE_STAGES as STAGES } from '../../search';

export { STAGES };
export type Stage = (typeof STAGES)[number];

/** A step of the line: a stage of the case, or the accountability that some cases come to (问责). */
export type Step = { name: Stage | 'accountability'; state: 'done' | 'current' | 'ahead' };

/** Accountability records that need nobody any more. */
const SETTLED = new Set(['not_started', 'refused', 'final', 'archived', 'revoked']);

/** The line of a case; empty when it never came into the procedure. */
export function steps(stage: string, accountability: { state: string }[]): Step[] {
  const at = STAGES.indexOf(stage as Stage);
  if (at === -1) return [];
  const isOpen = accountability.some((one) => !SETTLED.has(one.state));
  const line: Step[] = STAGES.map((name, index) => {
    if (index === at) return { name, state: isOpen ? 'done' : 'current' };
    return { name, state: index < at ? 'done' : 'ahead' };
  });
  if (accountability.length > 0) {
    line.splice(STAGES.indexOf('closed'), 0, { name: 'accountability', state: isOpen ? 'current' : 'done' });
  }
  return line;
}
