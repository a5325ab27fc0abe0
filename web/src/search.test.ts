import { describe, expect, it } from 'vitest';

import { readCasesSearch, readQueueSearch } from './search';
import { safeNext } from './screens/sign-in/safe-next';

describe('an address', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(readQueueSearch({ tab: 'overdue', q: ' 学校 ', sort: '-due_at', evil: '<x>' })).toEqual({
      tab: 'overdue', q: '学校', sort: '-due_at',
    });
    expect(readCasesSearch({ state: 'asleep', family: '' })).toEqual({});
  });

  it('falls back to the first tab', () => {
    expect(readQueueSearch({ tab: 'x' })).toEqual({ tab: 'mine' });
  });

  it('may search for a number, which the router reads as one', () => {
    expect(readQueueSearch({ q: 2026 }).q).toBe('2026');
  });
});

describe('where the sign-in leads', () => {
  it('is an address of this site, never another one', () => {
    expect(safeNext('/cases/1?panel=history')).toBe('/cases/1?panel=history');
    for (const evil of ['//evil.example', '/\\evil.example', 'https://evil.example', undefined, '']) {
      expect(safeNext(evil)).toBe('/tasks');
    }
  });
});
