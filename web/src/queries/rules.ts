import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Schemas } from '../api/types';

/** Deadline parameters of a family as they are in force. */
export function periodsQuery(family: string) {
  return queryOptions({
    queryKey: ['rules', 'periods', family],
    queryFn: () => unwrap(api.GET('/api/v1/deadline-rules', { params: { query: { family } } })),
  });
}

export function periodVersionsQuery(family: string, key: string) {
  return queryOptions({
    queryKey: ['rules', 'periods', family, key],
    queryFn: () =>
      unwrap(api.GET('/api/v1/deadline-rules/versions', { params: { query: { family, key } } })),
  });
}

/** Which running clocks a change, or the rule as it is now, would move; nothing is changed. */
export function movesQuery(asked: Schemas['PeriodPreviewRequest'], enabled: boolean) {
  return queryOptions({
    queryKey: ['rules', 'moves', asked],
    queryFn: () => unwrap(api.POST('/api/v1/deadline-rules/previews', { body: asked })),
    enabled,
    gcTime: 0,
    retry: false,
  });
}

export function parametersQuery(family: string) {
  return queryOptions({
    queryKey: ['rules', 'parameters', family],
    queryFn: () => unwrap(api.GET('/api/v1/parameters', { params: { query: { family } } })),
  });
}

export function laddersQuery(family: string) {
  return queryOptions({
    queryKey: ['rules', 'ladders', family],
    queryFn: () => unwrap(api.GET('/api/v1/ladders', { params: { query: { family } } })),
  });
}

export const rules = {
  changePeriod: (body: Schemas['PeriodChange']) =>
    unwrap(api.POST('/api/v1/deadline-rules/changes', { body })),
  recount: (body: Schemas['PeriodRecount']) =>
    unwrap(api.POST('/api/v1/deadline-rules/recounts', { body })),
  changeParameter: (body: Schemas['ParameterChange']) =>
    unwrap(api.POST('/api/v1/parameters/changes', { body })),
  changeLadder: (body: Schemas['LadderChange']) =>
    unwrap(api.POST('/api/v1/ladders/changes', { body })),
};
