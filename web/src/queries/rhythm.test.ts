// @vitest-environment happy-dom
import { focusManager, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { rest } from './rhythm';

const BEAT = 30_000;
const MINUTE = 60_000;

/** A page that asks; how often it has asked is counted. */
function page(answer: () => Promise<unknown>, first?: number) {
  const client = new QueryClient();
  const ask = vi.fn(answer);
  const observer = new QueryObserver(client, {
    queryKey: ['news'],
    queryFn: ask,
    retry: false,
    networkMode: 'always',
    refetchInterval: ({ state }) => rest(state, BEAT, first),
  });
  const leave = observer.subscribe(() => undefined);
  return { ask, leave };
}

describe('an open page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    focusManager.setFocused(true);
  });
  afterEach(() => {
    focusManager.setFocused(undefined);
    vi.useRealTimers();
  });

  it('asks twenty times in ten minutes while it is looked at', async () => {
    const { ask, leave } = page(() => Promise.resolve('news'));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(ask.mock.calls.length).toBeGreaterThanOrEqual(20);
    expect(ask.mock.calls.length).toBeLessThanOrEqual(21);
    leave();
  });

  it('asks nothing while it is hidden, and once when it is looked at again', async () => {
    const { ask, leave } = page(() => Promise.resolve('news'));
    await vi.advanceTimersByTimeAsync(1);
    focusManager.setFocused(false);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(ask).toHaveBeenCalledTimes(1);
    focusManager.setFocused(true);
    await vi.advanceTimersByTimeAsync(BEAT);
    expect(ask.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(ask.mock.calls.length).toBeLessThanOrEqual(3);
    leave();
  });

  it('looks soon for a server that went away, then less and less often, and finds it when it is back', async () => {
    let isThere = true;
    const { ask, leave } = page(() => (isThere ? Promise.resolve('news') : Promise.reject(new Error('away'))), 5_000);
    await vi.advanceTimersByTimeAsync(1);
    isThere = false;
    ask.mockClear();
    await vi.advanceTimersByTimeAsync(BEAT + 5_000);
    expect(ask).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(ask.mock.calls.length).toBeLessThanOrEqual(17);
    isThere = true;
    ask.mockClear();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(ask).toHaveBeenCalled();
    ask.mockClear();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(ask.mock.calls.length).toBeLessThanOrEqual(4);
    leave();
  });
});
