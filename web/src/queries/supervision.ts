import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { SupervisionCase } from '../api/types';

/** The family whose instances are supervision cases; others have no dossier. */
const SUPERVISION = 'supervision';

/** The dossier behind an instance: problems, documents, measures; null for other families. */
export function dossierQuery(instanceId: string, family: string | undefined) {
  return queryOptions({
    queryKey: ['instance', instanceId, 'dossier'],
    enabled: family === SUPERVISION,
    queryFn: async (): Promise<SupervisionCase | null> => {
      const query = { instance_id: instanceId, limit: 1 };
      const page = await unwrap(api.GET('/api/v1/supervision/cases', { params: { query } }));
      const [found] = page.items;
      if (!found) return null;
      const path = { case_id: found.id };
      return unwrap(api.GET('/api/v1/supervision/cases/{case_id}', { params: { path } }));
    },
  });
}

/** One paper with what it says. */
export function documentQuery(documentId: string) {
  return queryOptions({
    queryKey: ['document', documentId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/supervision/documents/{document_id}', {
          params: { path: { document_id: documentId } },
        }),
      ),
  });
}

export type Disclosure = 'active' | 'on_request' | 'none';

/** Whether an issued paper is made public, with the reason of the change. */
export function disclose(documentId: string, disclosure: Disclosure, reason: string) {
  return unwrap(
    api.POST('/api/v1/supervision/documents/{document_id}/disclosure', {
      params: { path: { document_id: documentId } },
      body: { disclosure, reason },
    }),
  );
}
