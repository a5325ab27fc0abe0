import { describe, expect, it } from 'vitest';

import { isOffered } from './honoured';

describe('the menus of the modeller', () => {
  it('offer what the engine runs', () => {
    const run = ['replace-with-user-task', 'replace-with-parallel-gateway', 'replace-with-timer-boundary',
      'replace-with-non-interrupting-message-boundary', 'replace-with-error-end', 'replace-with-message-start',
      'toggle-parallel-mi', 'create.exclusive-gateway'];
    expect(run.filter((id) => !isOffered(id))).toEqual([]);
  });

  it('offer nothing that a deployment would refuse', () => {
    const refused = ['replace-with-inclusive-gateway', 'replace-with-manual-task', 'replace-with-signal-end',
      'replace-with-timer-start', 'replace-with-none-intermediate-throw', 'toggle-loop', 'replace-with-transaction',
      'replace-with-message-end', 'create.data-object', 'append.condition-intermediate-event'];
    expect(refused.filter(isOffered)).toEqual([]);
  });
});
