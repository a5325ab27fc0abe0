import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import { asProblem } from '../api/problem';
import type { Option, Vocabulary } from '../modeler/vocabulary';
import { vocabularyOf } from './draft-vocabulary';
import type { ModelDraftWhole } from './model-drafts';

type Named = { key: string; name: string };
type Answer = Record<'groups' | 'forms' | 'decisions' | 'processes' | 'deadlines', Named[]> & {
  handlers: { key: string; does: string }[];
  protections?: Named[];
};

function options(named: Named[] = []): Option[] {
  return named.map(({ key, name }) => ({ value: key, label: name || key }));
}

/** What a model of this family may name, as the draft has it; by its own files where nothing else tells. */
export function vocabularyQuery(draft: ModelDraftWhole) {
  return queryOptions({
    queryKey: ['vocabulary', draft.id],
    queryFn: async (): Promise<Vocabulary> => {
      const query = { family: draft.family, draft: draft.id };
      const answer = await unwrap(
        api.GET('/api/v1/modelling/vocabulary' as never, { params: { query } } as never),
      ).catch((error: unknown) => {
        if (asProblem(error).isMissing) return null;
        throw error;
      });
      if (answer === null) return vocabularyOf(draft);
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
