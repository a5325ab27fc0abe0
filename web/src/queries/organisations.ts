import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';
import { listOf } from './lists';

/** Units in use whose name has this text. */
export function organisationsQuery(q: string) {
  return queryOptions({
    queryKey: ['organisations', q],
    queryFn: async () => {
      const query = { q, is_open: true, limit: 20 };
      return (await unwrap(api.GET('/api/v1/organisations', { params: { query } }))).items;
    },
    staleTime: 60_000,
  });
}

export function organisationQuery(id: string | undefined) {
  return queryOptions({
    queryKey: ['organisation', id],
    enabled: id !== undefined,
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation_id}', {
          params: { path: { organisation_id: id ?? '' } },
        }),
      ),
    staleTime: 60_000,
  });
}

/** Every unit there is or was, by code, page after page. */
export const allOrganisationsQuery = infiniteQueryOptions({
  queryKey: ['organisations', 'all'],
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET('/api/v1/organisations', { params: { query: { cursor: pageParam, limit: 200 } }, signal }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** What still hangs on a unit that is to be closed. */
export function hangingQuery(id: string) {
  return queryOptions({
    queryKey: ['organisation', id, 'closing'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation_id}/closing', {
          params: { path: { organisation_id: id } },
        }),
      ),
    gcTime: 0,
  });
}

type Changed = Pick<Schemas['OrganisationEntry'], 'id' | 'revision'>;

function at({ id, revision }: Changed) {
  return { path: { organisation_id: id }, header: { 'If-Match': `"${String(revision)}"` } };
}

export const organisations = {
  add: (body: Schemas['OrganisationAdd']) => unwrap(api.POST('/api/v1/organisations', { body })),
  rename: (unit: Changed, body: Schemas['Names']) =>
    unwrap(api.PUT('/api/v1/organisations/{organisation_id}/name', { params: at(unit), body })),
  move: (unit: Changed, parentId: string | null) =>
    unwrap(
      api.PUT('/api/v1/organisations/{organisation_id}/parent', {
        params: at(unit),
        body: { parent_id: parentId },
      }),
    ),
  close: (unit: Changed, body: Schemas['ClosingRequest']) =>
    unwrap(api.POST('/api/v1/organisations/{organisation_id}/close', { params: at(unit), body })),
  reopen: (unit: Changed) =>
    unwrap(api.POST('/api/v1/organisations/{organisation_id}/reopen', { params: at(unit) })),
  importList: (file: File, check: boolean) =>
    unwrap(api.POST('/api/v1/organisations/import', listOf(file, check))),
};
