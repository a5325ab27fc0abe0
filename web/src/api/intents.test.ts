import { expect, it } from 'vitest';

import { keyFor, settle } from './intents';

it('the same intent keeps its key until it is settled, then gets a new one', () => {
  const first = keyFor('POST /x {}');
  expect(keyFor('POST /x {}')).toBe(first);
  expect(keyFor('POST /y {}')).not.toBe(first);
  settle(first);
  expect(keyFor('POST /x {}')).not.toBe(first);
});
