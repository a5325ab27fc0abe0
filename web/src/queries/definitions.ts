import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

export const definitionsQuery = infiniteQueryOptions({
  queryKey: ['definitions'],
  queryFn: ({ pageParam }) =>
    unwrap(api.GET('/api/v1/definitions', { params: { query: { cursor: pageParam, limit: 100 } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

function address(definitionId: string) {
  return { params: { path: { definition_id: definitionId } } };
}

export function definitionQuery(definitionId: string) {
  return queryOptions({
    queryKey: ['definition', definitionId],
    queryFn: () => unwrap(api.GET('/api/v1/definitions/{definition_id}', address(definitionId))),
  });
}

/** A definition's bytes never change. */
export function definitionXmlQuery(definitionId: string) {
  return queryOptions({
    queryKey: ['definition', definitionId, 'xml'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/definitions/{definition_id}/xml', {
          ...address(definitionId),
          parseAs: 'text',
        }),
      ),
    staleTime: Infinity,
  });
}
