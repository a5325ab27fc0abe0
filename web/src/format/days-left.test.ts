import { describe, expect, it } from 'vitest';

import { chipOf } from './days-left';

const working = (amount: number) => ({ amount, unit: 'working_days' }) as const;

describe('the days-left chip', () => {
  it('says nothing about a task without a limit', () => {
    expect(chipOf(null, null)).toEqual({ tone: 'none', words: 'chip.none', amount: 0 });
  });

  it('counts what is left in the unit of the limit', () => {
    expect(chipOf(working(3), 'yellow')).toEqual({ tone: 'soon', words: 'chip.left_working_days', amount: 3 });
    expect(chipOf({ amount: 30, unit: 'days' }, 'green')).toEqual({ tone: 'calm', words: 'chip.left_days', amount: 30 });
  });

  it('turns a negative count into days overdue, whatever the light says', () => {
    expect(chipOf(working(-2), 'yellow')).toEqual({ tone: 'overdue', words: 'chip.over_working_days', amount: 2 });
    expect(chipOf({ amount: -1, unit: 'days' }, null)).toEqual({ tone: 'overdue', words: 'chip.over_days', amount: 1 });
  });

  it('names the last day and never shows it as calm', () => {
    expect(chipOf(working(0), 'green')).toEqual({ tone: 'soon', words: 'chip.today', amount: 0 });
    expect(chipOf(working(0), 'red').tone).toBe('overdue');
  });

  it('finds a tone itself when the server gives no light', () => {
    expect(chipOf(working(3), null).tone).toBe('soon');
    expect(chipOf(working(4), null).tone).toBe('calm');
  });
});
