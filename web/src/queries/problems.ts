import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { ProblemsSearch } from '../search';

function query({ q, unit, severity, state, overdue, year }: ProblemsSearch) {
  return { q, unit_id: unit, severity, state, overdue, year };
}

/** The ledger of problems across cases, page after page. */
export function problemsQuery(search: ProblemsSearch) {
  return infiniteQueryOptions({
    queryKey: ['problems', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/supervision/problems', {
          params: { query: { ...query(search), cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** How many there are in each state, whichever state is asked for. */
export function problemCountsQuery(search: ProblemsSearch) {
  const asked = { ...search, state: undefined };
  return queryOptions({
    queryKey: ['problems', 'counts', asked],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/supervision/problems/counts', { params: { query: query(asked) } }),
      ),
  });
}

/** Where the workbook of a filter is downloaded. */
export function problemsWorkbook(search: ProblemsSearch): string {
  return `/api/v1/supervision/problems/export?${addressOf(query(search))}`;
}

export function addressOf(values: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
