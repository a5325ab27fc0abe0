import { expect, it } from 'vitest';

import { elapsed, fileSize } from './quantities';

it('a file size is told in the unit that reads best', () => {
  expect([12, 1536, 283_455, 5_242_880].map(fileSize)).toEqual(['12 B', '1.5 KB', '277 KB', '5.0 MB']);
});

it('elapsed time is told in its coarsest unit and is never nothing', () => {
  expect([5, 61, 7200, 90_061].map(elapsed)).toEqual([
    { unit: 'minutes', amount: 1 },
    { unit: 'minutes', amount: 1 },
    { unit: 'hours', amount: 2 },
    { unit: 'days', amount: 1 },
  ]);
});
