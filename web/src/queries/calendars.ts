import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import { rest } from './rhythm';

/** The calendar of the State Council's notices. */
const CALENDAR = 'cn';
const path = { calendar: CALENDAR };

export const calendarYearsQuery = queryOptions({
  queryKey: ['calendars', CALENDAR],
  queryFn: () => unwrap(api.GET('/api/v1/calendars/{calendar}/years', { params: { path } })),
});

/** Recounts of running clocks, the newest first; asked again while one is running. */
export const recountsQuery = queryOptions({
  queryKey: ['recounts'],
  queryFn: () => unwrap(api.GET('/api/v1/recounts')),
  refetchInterval: ({ state }) =>
    state.data?.some((recount) => recount.state === 'running') ? rest(state, 2_000) : false,
});

const of = (recountId: string) => ({ params: { path: { recount_id: recountId } } });

export const recounts = {
  pause: (id: string) => unwrap(api.POST('/api/v1/recounts/{recount_id}/pause', of(id))),
  resume: (id: string) => unwrap(api.POST('/api/v1/recounts/{recount_id}/resume', of(id))),
};

export const notices = {
  check: (text: string) =>
    unwrap(api.POST('/api/v1/calendars/{calendar}/checks', { params: { path }, body: { text, limit: 50 } })),
  bringIn: (text: string, reason: string) =>
    unwrap(api.POST('/api/v1/calendars/{calendar}/years', { params: { path }, body: { text, reason } })),
};
