import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

/** Ready sentences: one's own and those of one's units. */
export const phrasesQuery = queryOptions({
  queryKey: ['phrases'],
  queryFn: () => unwrap(api.GET('/api/v1/phrases')),
  staleTime: 5 * 60_000,
});

export const phrases = {
  keep: (text: string, organisationId: string | null) =>
    unwrap(api.POST('/api/v1/phrases', { body: { text, organisation_id: organisationId } })),
  drop: (phraseId: string) =>
    unwrap(api.DELETE('/api/v1/phrases/{phrase_id}', { params: { path: { phrase_id: phraseId } } })),
};
