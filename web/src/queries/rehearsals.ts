import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { components } from '../api/schema';
import type { Component } from '../forms/pointers';

type Schemas = components['schemas'];
export type Story = {
  key: string;
  title: string;
  source: string;
  steps: { number: number; says: string; on: string | null }[];
};
export type Rehearsal = Schemas['Sandbox'];
export type RehearsalState = Omit<Schemas['RehearsalState'], 'state'> & {
  state: Schemas['RehearsalState']['state'] | null;
  start?: { form: { key: string; schema: unknown } | null; values: Record<string, unknown>; people: Schemas['Person'][] } | null;
  story?: { key: string; title: string; step: number; steps: number; stopped: string } | null;
};
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
        api.GET('/api/v1/families/{family}/stories' as never, { params: { path: { family } } } as never),
      )) as unknown as Story[],
  });
}

export function draftRehearsalsQuery(draftId: string) {
  return queryOptions({
    queryKey: ['model-draft', draftId, 'rehearsals'],
    queryFn: async () =>
      (await unwrap(
        api.GET('/api/v1/model-drafts/{draft_id}/rehearsals' as never, { params: { path: { draft_id: draftId } } } as never),
      )) as unknown as Rehearsal[],
  });
}

export function rehearsalQuery(id: string) {
  return queryOptions({
    queryKey: ['rehearsal', id],
    queryFn: async () =>
      (await unwrap(
        api.GET('/api/v1/rehearsals/{rehearsal_id}', { params: { path: { rehearsal_id: id } } }),
      )) as RehearsalState,
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

export async function beginRehearsal(draftId: string, body: Begin): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/model-drafts/{draft_id}/rehearsals' as never, { params: { path: { draft_id: draftId } }, body } as never),
  )) as unknown as RehearsalState;
}

const of = (id: string) => ({ params: { path: { rehearsal_id: id } } });

export async function stepOn(id: string): Promise<RehearsalState> {
  return (await unwrap(api.POST('/api/v1/rehearsals/{rehearsal_id}/step', of(id)))) as RehearsalState;
}

export async function runOn(id: string): Promise<RehearsalState> {
  return (await unwrap(api.POST('/api/v1/rehearsals/{rehearsal_id}/run', { ...of(id), body: {} }))) as RehearsalState;
}

export async function storyOn(id: string, steps: number): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/rehearsals/{rehearsal_id}/story' as never, { ...of(id), body: { steps } } as never),
  )) as unknown as RehearsalState;
}

export async function startByHand(id: string, personId: string, values: Record<string, unknown>): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/rehearsals/{rehearsal_id}/start' as never, { ...of(id), body: { person_id: personId, values } } as never),
  )) as unknown as RehearsalState;
}

export async function playTask(id: string, taskId: string, body: Play): Promise<RehearsalState> {
  return (await unwrap(
    api.POST('/api/v1/rehearsals/{rehearsal_id}/tasks/{task_id}/complete', {
      params: { path: { rehearsal_id: id, task_id: taskId } },
      body,
    }),
  )) as RehearsalState;
}

export function deleteRehearsal(id: string): Promise<unknown> {
  return unwrap(api.DELETE('/api/v1/rehearsals/{rehearsal_id}', of(id)));
}
