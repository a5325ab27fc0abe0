import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { components } from '../api/schema';
import type { Component } from '../forms/pointers';

type Schemas = components['schemas'];
export type Rehearsal = Schemas['Sandbox'];
export type RehearsalState = Schemas['RehearsalState'];
export type RehearsalTask = Schemas['RehearsalTask'];
export type Play = Schemas['Play'];

export function schemaOf(form: { schema: unknown } | null | undefined): Component | null {
  return (form?.schema as Component | undefined) ?? null;
}

export function storiesQuery(family: string) {
  return queryOptions({
    queryKey: ['stories', family],
    queryFn: async () =>
      (await unwrap(
        api.GET('/api/v1/families/{family}/stories', { params: { path: { family } } }),
      )),
  });
}

export function draftRehearsalsQuery(draftId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId, 'rehearsals'],
    queryFn: async () =>
      (await unwrap(
        api.GET('/api/v1/model-drafts/{draft_id}/rehearsals', { params: { path: { draft_id: draftId } } }),
      )),
  });
}

export function rehearsalQuery(id: string) {
  return queryOptions({
    queryKey: ['rehearsal', id],
    queryFn: async () =>
      (await unwrap(
        api.GET('/api/v1/rehearsals/{rehearsal_id}', { params: { path: { rehearsal_id: id } } }),
      )),
  });
}

export function rehearsalTaskQuery(id: string, taskId: string) {
  return queryOptions({
    queryKey: ['rehearsal', id, 'task', taskId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/rehearsals/{rehearsal_id}/tasks/{task_id}', {
          params: { path: { rehearsal_id: id, task_id: taskId } },
        }),
      ),
    gcTime: 0,
  });
}

type Begin = { reason: string; story?: string; steps?: number };
/** So long one request plays at most; then how far it is is shown, and the next is sent. */
const SECONDS = 2;

export async function beginRehearsal(draftId: string, body: Begin): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/rehearsals', { params: { path: { draft_id: draftId } }, body: { ...body, seconds: SECONDS } }),
  ));
}

const of = (id: string) => ({ params: { path: { rehearsal_id: id } } });

export async function stepOn(id: string): Promise<RehearsalState> {
  return (await unwrap(api.POST('/api/v1/rehearsals/{rehearsal_id}/step', of(id))));
}

export async function runOn(id: string): Promise<RehearsalState> {
  return (await unwrap(api.POST('/api/v1/rehearsals/{rehearsal_id}/run', { ...of(id), body: { seconds: SECONDS } })));
}

export async function storyOn(id: string, steps: number): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/rehearsals/{rehearsal_id}/story', { ...of(id), body: { steps, seconds: SECONDS } }),
  ));
}

export async function startByHand(id: string, personId: string, values: Record<string, unknown>): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/rehearsals/{rehearsal_id}/start', { ...of(id), body: { person_id: personId, values } }),
  ));
}

export async function playTask(id: string, taskId: string, body: Play): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/rehearsals/{rehearsal_id}/tasks/{task_id}/complete', {
      params: { path: { rehearsal_id: id, task_id: taskId } },
      body,
    }),
  ));
}

export function deleteRehearsal(id: string): Promise<unknown> {
  return unwrap(api.DELETE('/api/v1/rehearsals/{rehearsal_id}', of(id)));
}
