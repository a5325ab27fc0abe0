import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { components } from '../api/schema';

export type Proposal = components['schemas']['Proposal'];
export type ProposalWhole = components['schemas']['ProposalWhole'];
export type Act = 'confirm' | 'refuse' | 'withdraw';

const of = (id: string) => ({ params: { path: { proposal_id: id } } });

export function proposalQuery(id: string) {
  return queryOptions({
    queryKey: ['proposal', id],
    queryFn: () => unwrap(api.GET('/api/v1/proposals/{proposal_id}', of(id))),
  });
}

/** What confirming changes, or has changed: in words, and each drawing before and after. */
export function proposalComparisonQuery(id: string) {
  return queryOptions({
    queryKey: ['proposal', id, 'comparison'],
    queryFn: () => unwrap(api.GET('/api/v1/proposals/{proposal_id}/comparison', of(id))),
    retry: false,
  });
}

export function decide(id: string, act: Act, note: string): Promise<Proposal> {
  if (act === 'confirm') return unwrap(api.POST('/api/v1/proposals/{proposal_id}/confirm', { ...of(id), body: { note } }));
  if (act === 'refuse') return unwrap(api.POST('/api/v1/proposals/{proposal_id}/refuse', { ...of(id), body: { note } }));
  return unwrap(api.POST('/api/v1/proposals/{proposal_id}/withdraw', of(id)));
}
