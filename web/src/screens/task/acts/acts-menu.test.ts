import { expect, it } from 'vitest';

import { menuOf } from './acts-menu';

it('offers what the server allows, in the order of the office', () => {
  expect(menuOf(['urge', 'complete', 'transfer', 'lend'])).toEqual(['transfer', 'lend', 'urge']);
});

it('stands once for the three ways of adding a signer', () => {
  expect(menuOf(['add_signer_after', 'add_signer_before'])).toEqual(['add_signer']);
});

it('offers to assign only where nothing with a reason on record does the same', () => {
  expect(menuOf(['assign', 'transfer'])).toEqual(['transfer']);
  expect(menuOf(['assign'])).toEqual(['assign']);
});
