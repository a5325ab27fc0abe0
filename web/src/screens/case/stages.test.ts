import { describe, expect, it } from 'vitest';

import { steps, STAGES } from './stages';

const state = (line: ReturnType<typeof steps>, name: string) => line.find((step) => step.name === name)?.state;

describe('the line of a case', () => {
  it('has no accountability where there is none', () => {
    const line = steps('rectifying', []);
    expect(line.map((step) => step.name)).toEqual(STAGES);
    expect(line.filter((step) => step.state === 'current').map((step) => step.name)).toEqual(['rectifying']);
  });

  it('stands at accountability while a record is open', () => {
    const line = steps('pressure', [{ state: 'final' }, { state: 'notified' }]);
    expect(state(line, 'pressure')).toBe('done');
    expect(state(line, 'accountability')).toBe('current');
    expect(state(line, 'closed')).toBe('ahead');
  });

  it('goes on with the case when every record is settled', () => {
    const line = steps('archived', [{ state: 'archived' }, { state: 'not_started' }]);
    expect(state(line, 'accountability')).toBe('done');
    expect(state(line, 'archived')).toBe('current');
  });

  it('is not drawn for a matter that never became a case', () => {
    expect(steps('rejected', [])).toEqual([]);
  });
});
