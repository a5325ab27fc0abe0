import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Option, Vocabulary } from '../modeler/vocabulary';

type Named = { key: string; name: string };
type Answer = Record<'groups' | 'forms' | 'decisions' | 'processes' | 'deadlines', Named[]> & {
  handlers: { key: string; does: string }[];
  protections?: Named[];
};

function options(named: Named[] = []): Option[] {
  return named.map(({ key, name }) => ({ value: key, label: name || key }));
}

/** What a model of this family may name, as the draft has it. */
export function vocabularyQuery(family: string, draft: string) {
  return queryOptions({
    queryKey: ['vocabulary', family, draft],
    queryFn: async (): Promise<Vocabulary> => {
      const answer = await unwrap(
        api.GET('/api/v1/modelling/vocabulary' as never, { params: { query: { family, draft } } } as never),
      );
      const { groups, forms, decisions, processes, deadlines, handlers, protections } = answer as Answer;
      return {
        groups: options(groups),
        forms: options(forms),
        decisions: options(decisions),
        processes: options(processes),
        deadlines: options(deadlines),
        handlers: handlers.map(({ key, does }) => ({ value: key, label: does || key })),
        protections: options(protections),
      };
    },
    staleTime: 60_000,
  });
}
