import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { FigureName, FigureSearch, ScopeSearch } from '../search';
import { addressOf } from './problems';
import { rest } from './rhythm';

function scopeOf({ year, office, unit }: ScopeSearch) {
  return { year, office_id: office, unit_id: unit };
}

function asked({ figure, key, ...scope }: FigureSearch & { figure: FigureName }) {
  return { ...scopeOf(scope), figure, key };
}

/** All numbers of one scope; a wall display asks again by itself. */
export function dashboardQuery(scope: ScopeSearch, beat?: number) {
  return queryOptions({
    queryKey: ['dashboard', scope],
    queryFn: () =>
      unwrap(api.GET('/api/v1/supervision/dashboard', { params: { query: scopeOf(scope) } })),
    refetchInterval: ({ state }) => (beat === undefined ? false : rest(state, beat)),
  });
}

/** What one number counts, page after page. */
export function figureQuery(search: FigureSearch & { figure: FigureName }) {
  return infiniteQueryOptions({
    queryKey: ['dashboard', 'rows', search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/supervision/dashboard/rows', {
          params: { query: { ...asked(search), cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Where the workbooks are downloaded. */
export function dashboardWorkbook(scope: ScopeSearch): string {
  return `/api/v1/supervision/dashboard/export?${addressOf(scopeOf(scope))}`;
}

export function figureWorkbook(search: FigureSearch & { figure: FigureName }): string {
  return `/api/v1/supervision/dashboard/rows/export?${addressOf(asked(search))}`;
}
