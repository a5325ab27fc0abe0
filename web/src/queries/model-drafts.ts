import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type ModelDraft = Schemas['ModelDraft'];
export type ModelDraftWhole = Schemas['ModelDraftWhole'];
export type ModelPart = Schemas['ModelPart'];
export type ModelPartSummary = Schemas['ModelPartSummary'];
export type ModelPartVersion = Schemas['ModelPartVersion'];
export type ModelFault = Schemas['ModelFault'];
export type Change = Schemas['Change'];

const of = (draftId: string) => ({ path: { draft_id: draftId } });
const ofPart = (draftId: string, partId: string) => ({ path: { draft_id: draftId, part_id: partId } });
const at = (draftId: string, partId: string, revision: number) => ({
  ...ofPart(draftId, partId),
  header: { 'If-Match': `"${revision}"` },
});

export const modelDraftsQuery = queryOptions({
  queryKey: ['model-drafts'],
  queryFn: () => unwrap(api.GET('/api/v1/model-drafts')),
});

export const familiesQuery = queryOptions({
  queryKey: ['families'],
  queryFn: () => unwrap(api.GET('/api/v1/families')),
});

export function deploymentsQuery(family: string) {
  return queryOptions({
    queryKey: ['deployments', family],
    queryFn: () => unwrap(api.GET('/api/v1/deployments', { params: { query: { family } } })),
  });
}

export function modelDraftQuery(draftId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId],
    queryFn: () => unwrap(api.GET('/api/v1/model-drafts/{draft_id}', { params: of(draftId) })),
  });
}

/** Never asked again by itself: what is edited must not change under the hand. */
export function modelPartQuery(draftId: string, partId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId, 'part', partId],
    queryFn: () => getPart(draftId, partId),
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function getPart(draftId: string, partId: string): Promise<ModelPart> {
  return unwrap(api.GET('/api/v1/model-drafts/{draft_id}/parts/{part_id}', { params: ofPart(draftId, partId) }));
}

export function partVersionsQuery(draftId: string, partId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId, 'versions', partId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/model-drafts/{draft_id}/parts/{part_id}/versions', { params: ofPart(draftId, partId) }),
      ),
    staleTime: 0,
  });
}

export async function versionContent(draftId: string, partId: string, number: number): Promise<string> {
  const params = { path: { draft_id: draftId, part_id: partId, number } };
  const version = await unwrap(
    api.GET('/api/v1/model-drafts/{draft_id}/parts/{part_id}/versions/{number}', { params }),
  );
  return version.content ?? '';
}

export function comparisonQuery(draftId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId, 'comparison'],
    queryFn: async () =>
      (await unwrap(api.GET('/api/v1/model-drafts/{draft_id}/comparison', { params: of(draftId) }))).changes,
    staleTime: 0,
    retry: false,
  });
}

export function checkQuery(draftId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId, 'check'],
    queryFn: async () =>
      (await unwrap(api.POST('/api/v1/model-drafts/{draft_id}/check', { params: of(draftId) }))).faults,
    staleTime: Infinity,
  });
}

export function createDraft(family: string, name: string, start: 'live' | 'empty'): Promise<ModelDraftWhole> {
  return unwrap(api.POST('/api/v1/model-drafts', { body: { family, name, start } }));
}

export function deleteDraft(draftId: string): Promise<unknown> {
  return unwrap(api.DELETE('/api/v1/model-drafts/{draft_id}', { params: of(draftId) }));
}

export function takeLock(draftId: string, takeOver = false): Promise<ModelDraft> {
  return unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/lock', { params: of(draftId), body: { take_over: takeOver } }),
  );
}

export function releaseLock(draftId: string): Promise<unknown> {
  return unwrap(api.DELETE('/api/v1/model-drafts/{draft_id}/lock', { params: of(draftId) }));
}

export function addPart(draftId: string, path: string, content: string): Promise<ModelPart> {
  return unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/parts', { params: of(draftId), body: { path, content } }),
  );
}

export function savePart(
  draftId: string, partId: string, revision: number, content: string, note = '',
): Promise<ModelPart> {
  return unwrap(
    api.PUT('/api/v1/model-drafts/{draft_id}/parts/{part_id}', {
      params: at(draftId, partId, revision),
      body: { content, note },
    }),
  );
}

export function removePart(draftId: string, partId: string): Promise<unknown> {
  return unwrap(api.DELETE('/api/v1/model-drafts/{draft_id}/parts/{part_id}', { params: ofPart(draftId, partId) }));
}

export function restorePart(draftId: string, part: ModelPart, number: number): Promise<ModelPart> {
  return unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/parts/{part_id}/restore', {
      params: at(draftId, part.id, part.revision),
      body: { number },
    }),
  );
}

export function rebaseDraft(draftId: string): Promise<Schemas['Rebased']> {
  return unwrap(api.POST('/api/v1/model-drafts/{draft_id}/rebase', { params: of(draftId) }));
}

export function deployDraft(draftId: string, note: string): Promise<Schemas['Deployment']> {
  return unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/deployments', { params: of(draftId), body: { note } }),
  );
}

export function proposeDraft(draftId: string, note: string): Promise<Schemas['Proposal']> {
  return unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/proposals', { params: of(draftId), body: { note } }),
  );
}
