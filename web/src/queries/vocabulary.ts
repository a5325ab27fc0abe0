import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Option, Vocabulary } from '../modeler/vocabulary';
import { protectionsOf } from './draft-vocabulary';
import type { ModelDraftWhole } from './model-drafts';

function options(named: { key: string; name: string }[]): Option[] {
  return named.map(({ key, name }) => ({ value: key, label: name || key }));
}

/** What a model of this family may name, as the draft has it. */
export function vocabularyQuery(draft: ModelDraftWhole) {
  return queryOptions({
    queryKey: ['vocabulary', draft.id],
    queryFn: async (): Promise<Vocabulary> => {
      const query = { family: draft.family, draft: draft.id };
      const [known, protections] = await Promise.all([
        unwrap(api.GET('/api/v1/modelling/vocabulary', { params: { query } })),
        protectionsOf(draft),
      ]);
      return {
        groups: options(known.groups),
        forms: options(known.forms),
        decisions: options(known.decisions),
        processes: options(known.processes),
        deadlines: options(known.deadlines),
        handlers: known.handlers.map(({ key, does }) => ({ value: key, label: does || key })),
        protections,
      };
    },
    staleTime: 60_000,
  });
}
