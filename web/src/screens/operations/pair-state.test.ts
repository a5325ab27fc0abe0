import { describe, expect, it } from 'vitest';

import type { PlanFault, PlanPair } from '../../queries/migrations';
import { keyOf, placed, urgency } from './pair-state';

const pair = (source: string, target: string | null, how: PlanPair['how'] = 'same'): PlanPair => ({
  process: 'main', source, target, how,
});
const fault = (element: string, rule: string): PlanFault => ({
  process: 'main', element, rule, detail: `${rule}.`, mend: 'mend.',
});

describe('a pair of a plan', () => {
  const pairs = [pair('a', 'a'), pair('b', null, 'none'), pair('c', null, 'none'), pair('d', 'x', 'edited'), pair('e', 'x', 'edited')];
  const tokens = new Map([[keyOf('main', 'b'), 2]]);

  it('is mapped, has tokens but no place, has neither, or cannot be, each with the reason', () => {
    const found = placed(pairs, [fault('b', 'no-place'), fault('d', 'other-kind'), fault('x', 'twice')], tokens);
    expect(found.map(({ state }) => state)).toEqual(['mapped', 'unplaced', 'none', 'invalid', 'invalid']);
    expect(found[1]).toMatchObject({ tokens: 2, reasons: ['no-place.mend.'] });
    expect(found[3]?.reasons).toEqual(['other-kind.mend.', 'twice.mend.']);
  });

  it('has no place as soon as cases stand there, before the server was asked', () => {
    expect(placed(pairs, [], tokens)[1]?.state).toBe('unplaced');
  });

  it('is looked at first where something is wrong, last where all is the same', () => {
    const sorted = placed(pairs, [fault('d', 'other-kind')], tokens).sort((a, b) => urgency(a) - urgency(b));
    expect(sorted.map(({ source }) => source)).toEqual(['b', 'd', 'e', 'c', 'a']);
  });

  it('is not concerned by the fault of another process', () => {
    const other = { ...fault('a', 'other-kind'), process: 'second' };
    expect(placed(pairs, [other], new Map())[0]?.state).toBe('mapped');
  });
});
