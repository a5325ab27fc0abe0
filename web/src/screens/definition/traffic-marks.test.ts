import { describe, expect, it } from 'vitest';

import type { ElementCount, ElementHeat } from '../../queries/traffic';
import { isBusy, levelOf, marksOf, rowsOf, steps } from './traffic-marks';

const count = (element_id: string, more: Partial<ElementCount> = {}): ElementCount => ({
  element_id, element_name: element_id, kind: 'userTask', tokens: 0, tasks: 0, timers: 0, jobs_failed: 0, incidents: 0, ...more,
});
const heat = (element_id: string, more: Partial<ElementHeat>): ElementHeat => ({
  element_id, element_name: element_id, kind: 'userTask', entered: 0, left: 0, open: 0,
  working_days_total: 0, working_days_mean: null, working_days_most: 0, ...more,
});
const t = ((key: string, { count: number }: { count: number }) => `${key} ${String(number)}`) as never;

describe('the numbers of an element', () => {
  const rows = rowsOf(
    [count('a', { tokens: 2, incidents: 1 }), count('b'), count('c')],
    [heat('a', { entered: 10, left: 8, working_days_mean: 0.5 }), heat('b', { entered: 1, left: 1, working_days_mean: 5 })],
    ['a', 'b'],
  );

  it('come in the order of the drawing, the server sorts them by id', () => {
    const drawn = rowsOf([count('a'), count('b'), count('z')], [], ['b', 'a']);
    expect(drawn.map((row) => row.element_id)).toEqual(['b', 'a', 'z']);
  });

  it('are what stands there and what went through; an element without any is quiet', () => {
    expect(rows.map((row) => [row.element_id, row.tokens, row.left, isBusy(row)])).toEqual([
      ['a', 2, 8, true], ['b', 0, 1, true], ['c', 0, 0, false],
    ]);
  });

  it('stand on the drawing as words with the number, never as a shade alone', () => {
    const [now, often, long] = (['now', 'often', 'long'] as const).map((view) => marksOf(rows, view, 'b', t));
    expect(now?.[0]?.badges?.map((badge) => badge.text)).toEqual([
      'traffic.badge_waiting 2', 'traffic.badge_incident 1', 'traffic.badge_done 8',
    ]);
    expect(now?.[1]?.isChosen).toBe(true);
    expect(often?.map(({ level, badges }) => [level, badges?.length])).toEqual([[5, 1], [1, 1], [undefined, 0]]);
    expect(long?.map(({ level }) => level)).toEqual([1, 5, undefined]);
  });

  it('are shaded in five steps up to the most', () => {
    expect([0, 1, 20, 21, 100].map((amount) => levelOf(amount, 100))).toEqual([undefined, 1, 1, 2, 5]);
    expect(steps(100, true)).toEqual([20, 40, 60, 80, 100]);
    expect(steps(2.5, false)).toEqual([0.5, 1, 1.5, 2, 2.5]);
  });
});
