import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

/** Cases, papers, units and people with this text or these initials. */
export function searchQuery(q: string) {
  return queryOptions({
    queryKey: ['search', q],
    enabled: q !== '',
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/search', { params: { query: { q } }, signal })),
    placeholderData: keepPreviousData,
  });
}
