import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

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
