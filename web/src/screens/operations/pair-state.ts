import { outline } from '../../diagram/outline';
import type { PlanFault, PlanPair } from '../../queries/migrations';

export type PairState = 'mapped' | 'unplaced' | 'invalid' | 'none';
export type Placed = PlanPair & {
  /** its place among all pairs of the plan */
  place: number;
  state: PairState;
  tokens: number;
  reasons: string[];
};

/** What of a plan is fine, has tokens but no place, or cannot be; with the reasons. */
export function placed(pairs: PlanPair[], faults: PlanFault[], tokensAt: Map<string, number>): Placed[] {
  return pairs.map((pair, place) => {
    const own = faults.filter((fault) => fault.process === pair.process && concerns(fault, pair));
    const tokens = tokensAt.get(keyOf(pair.process, pair.source)) ?? 0;
    const isLost = own.some((fault) => fault.rule === 'no-place') || (tokens > 0 && pair.target === null);
    const state = own.some((fault) => fault.rule !== 'no-place')
      ? 'invalid'
      : isLost ? 'unplaced' : pair.target === null ? 'none' : 'mapped';
    return { ...pair, place, state, tokens, reasons: own.map((fault) => `${fault.detail}${fault.mend}`) };
  });
}

/** A fault names the element of the old version, or the target that two share. */
function concerns(fault: PlanFault, pair: PlanPair): boolean {
  return fault.rule === 'twice' ? fault.element === pair.target : fault.element === pair.source;
}

export function keyOf(process: string, element: string): string {
  return `${process} ${element}`;
}

/** Those to look at first come first: faults, then what is proposed or has no place, then the rest. */
export function urgency(pair: Placed): number {
  if (pair.state === 'invalid' || pair.state === 'unplaced') return 0;
  if (pair.how === 'proposed' || pair.how === 'edited') return 1;
  return pair.state === 'none' ? 2 : 3;
}

/** element → its name as drawn. */
export function namesOf(xml: string | undefined): Map<string, string> {
  return new Map(xml ? outline(xml).map((step) => [step.id, step.name || step.id]) : []);
}
