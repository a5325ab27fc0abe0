import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { DeadlineRow } from '../api/types';
import { daysOf } from '../format/months';
import type { CalendarSearch } from '../search';

/** The calendar of the office: which days rest, which weekends are worked. */
const CALENDAR = 'cn';
const PAGE = 200;
/** Pages of one month that are read; beyond that the filters must narrow it. */
const MOST_PAGES = 5;

export type Month = { rows: DeadlineRow[]; isWhole: boolean };

/** The running clocks that end in a month, page after page. */
export function monthQuery(month: string, { whose, kind }: CalendarSearch) {
  return queryOptions({
    queryKey: ['deadlines', month, whose, kind],
    queryFn: async ({ signal }): Promise<Month> => {
      const days = daysOf(month);
      const asked = { due_from: days[0], due_until: days.at(-1), whose, key: kind, limit: PAGE };
      const rows: DeadlineRow[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = { ...asked, cursor };
        const found = await unwrap(api.GET('/api/v1/deadlines', { params: { query }, signal }));
        rows.push(...found.items);
        cursor = found.next_cursor ?? undefined;
        if (!cursor) return { rows, isWhole: true };
      }
      return { rows, isWhole: false };
    },
  });
}

export const yearsQuery = queryOptions({
  queryKey: ['calendar', CALENDAR],
  queryFn: () =>
    unwrap(
      api.GET('/api/v1/calendars/{calendar}/years', { params: { path: { calendar: CALENDAR } } }),
    ),
  staleTime: 60 * 60_000,
});
