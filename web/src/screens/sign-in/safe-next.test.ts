import { describe, expect, it } from 'vitest';

import { safeNext } from './safe-next';

describe('the address after signing in', () => {
  it.each(['/tasks', '/cases/1?tab=history#end', '/tasks?q=//x', '/文书'])('may be %j', (next) => {
    expect(safeNext(next)).toBe(next);
  });

  it.each([
    '//elsewhere.example',
    '/\\elsewhere.example',
    '\\\\elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    '/\r\\elsewhere.example',
    'https://elsewhere.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'tasks',
    ' //elsewhere.example',
    '//',
    '',
    undefined,
  ])('is never %j', (next) => {
    expect(safeNext(next)).toBe('/tasks');
  });
});
