import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

function at(deadlineId: string) {
  return { params: { path: { deadline_id: deadlineId } } };
}

/** One clock with what may be done about it and what was asked. */
export function deadlineQuery(deadlineId: string) {
  return queryOptions({
    queryKey: ['deadline', deadlineId],
    queryFn: () => unwrap(api.GET('/api/v1/deadlines/{deadline_id}', at(deadlineId))),
  });
}

/** A wrong start day is counted anew from; a wrong end is set: exactly one of the two. */
export type Days = { starts_on: string | null; due_on: string | null };

/** Where a correction would lead; it changes nothing. */
export function correctionQuery(deadlineId: string, days: Days) {
  return queryOptions({
    queryKey: ['deadline', deadlineId, 'correction', days],
    enabled: Boolean(days.starts_on ?? days.due_on),
    retry: false,
    queryFn: () =>
      unwrap(
        api.POST('/api/v1/deadlines/{deadline_id}/corrections/preview', {
          ...at(deadlineId),
          body: days,
        }),
      ),
  });
}

export const deadlines = {
  pause: (id: string, reason: string) =>
    unwrap(api.POST('/api/v1/deadlines/{deadline_id}/pause', { ...at(id), body: { reason } })),
  resume: (id: string, reason: string) =>
    unwrap(api.POST('/api/v1/deadlines/{deadline_id}/resume', { ...at(id), body: { reason } })),
  correct: (id: string, days: Days, reason: string) =>
    unwrap(
      api.POST('/api/v1/deadlines/{deadline_id}/corrections', {
        ...at(id),
        body: { ...days, reason },
      }),
    ),
  decide: (requestId: string, isGranted: boolean, untilOn: string | null, opinion: string) =>
    unwrap(
      api.POST('/api/v1/extension-requests/{request_id}/decide', {
        params: { path: { request_id: requestId } },
        body: { is_granted: isGranted, until_on: untilOn, opinion },
      }),
    ),
};
