import { describe, expect, it } from 'vitest';

import { daysOf, monthAfter, weekday, weeksOf } from './months';

describe('months', () => {
  it('know their days, in leap years too', () => {
    expect(daysOf('2026-02')).toHaveLength(28);
    expect(daysOf('2028-02').at(-1)).toBe('2028-02-29');
    expect(daysOf('2026-12').at(-1)).toBe('2026-12-31');
  });

  it('begin their weeks on Monday', () => {
    expect(weekday('2026-03-02')).toBe(0);
    expect(weeksOf('2026-03')[0]).toEqual([null, null, null, null, null, null, '2026-03-01']);
    expect(weeksOf('2026-03').every((week) => week.length === 7)).toBe(true);
  });

  it('go on into the next year and back', () => {
    expect(monthAfter('2026-12', 1)).toBe('2027-01');
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
    expect(monthAfter('2026-03', 12)).toBe('2027-03');
  });
});
