import { expect, it } from 'vitest';

import { percent, plain } from './rates';

it('rounds a share to whole percent, and knows none of nothing', () => {
  expect(percent(2, 3)).toBe(67);
  expect(percent(0, 3)).toBe(0);
  expect(percent(0, 0)).toBeUndefined();
});

it('writes days without needless digits', () => {
  expect(plain(4)).toBe('4');
  expect(plain(3.25)).toBe('3.3');
  expect(plain(null)).toBe('—');
});
