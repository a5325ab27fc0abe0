import { infiniteQueryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';

export type ProposalState = Schemas['Proposal']['state'];

/** Acts of two people that one made or may confirm. */
export function proposalsQuery(state: ProposalState | undefined) {
  return infiniteQueryOptions({
    queryKey: ['proposals', { state }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/proposals', { params: { query: { state, cursor: pageParam, limit: 50 } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** What administrators did, the newest first. */
export function journalQuery(kind: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['journal', { kind }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/journal', { params: { query: { kind, cursor: pageParam, limit: 50 } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

function at(proposalId: string) {
  return { path: { proposal_id: proposalId } };
}

export const proposals = {
  whole: (id: string) => unwrap(api.GET('/api/v1/proposals/{proposal_id}', { params: at(id) })),
  confirm: (id: string, note: string) =>
    unwrap(api.POST('/api/v1/proposals/{proposal_id}/confirm', { params: at(id), body: { note } })),
  refuse: (id: string, note: string) =>
    unwrap(api.POST('/api/v1/proposals/{proposal_id}/refuse', { params: at(id), body: { note } })),
  withdraw: (id: string) =>
    unwrap(api.POST('/api/v1/proposals/{proposal_id}/withdraw', { params: at(id) })),
};

/** What the public wrote to one's own Office. */
export function suggestionsQuery(isHandled: boolean | undefined) {
  return infiniteQueryOptions({
    queryKey: ['suggestions', { isHandled }],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/supervision/suggestions', {
          params: { query: { is_handled: isHandled, cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function handleSuggestion(id: string, note: string) {
  return unwrap(
    api.POST('/api/v1/supervision/suggestions/{suggestion_id}/handle', {
      params: { path: { suggestion_id: id } },
      body: { note },
    }),
  );
}
