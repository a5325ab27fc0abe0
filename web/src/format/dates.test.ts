import { describe, expect, it } from 'vitest';

import { clockTime, isoDay, lastDay, longDay, shortDay, shortTime } from './dates';

const NOW = '2026-11-23T06:20:00Z';

describe('dates', () => {
  it('are read in the calendar of the office, not of the browser', () => {
    expect(isoDay('2026-11-23T16:30:00Z')).toBe('2026-11-24');
    expect(shortTime('2026-11-23T01:05:00Z', NOW)).toBe('11-23 09:05');
    expect(clockTime('2026-11-23T16:00:00Z')).toBe('00:00');
  });

  it('show the year only when it is another one', () => {
    expect(shortDay('2026-01-05', NOW)).toBe('01-05');
    expect(shortDay('2027-01-05', NOW)).toBe('2027-01-05');
  });

  it('take a bare date as a local day', () => {
    expect(isoDay('2026-11-23')).toBe('2026-11-23');
  });

  it('put a limit that ends at 24:00 on its last day, not on the next', () => {
    expect(lastDay('2026-11-26T16:00:00Z')).toBe('2026-11-26');
    expect(lastDay('2026-11-27T00:00:00+08:00')).toBe('2026-11-26');
    expect(lastDay('2026-11-26T15:59:59Z')).toBe('2026-11-26');
    expect(lastDay('2026-11-26')).toBe('2026-11-26');
  });

  it('are written as in a document', () => {
    expect(longDay('2026-03-05', 'zh-CN')).toBe('2026年3月5日');
    expect(longDay('2026-03-05', 'en')).toBe('5 March 2026');
  });
});
