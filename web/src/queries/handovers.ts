import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Completion, PaperAct, Task, Values } from '../api/types';
import { addressed, type Address } from './tasks';

export type Mode = 'only' | 'and_back';
export type VoteKind = 'agree' | 'refuse' | 'abstain';
export type Placement = 'before' | 'after' | 'parallel';
export type Channel = 'in_app' | 'phone' | 'in_person';
export type PersonOption = { id: string; name: string };

/** Whom a picker lists: each endpoint answers only whom the act may name. */
export type People = 'transfer' | 'lend' | 'signers' | 'readers' | 'assign';

function at(taskId: string) {
  return { path: { task_id: taskId } };
}

export function peopleQuery(taskId: string, kind: People, q: string) {
  return queryOptions({
    queryKey: ['people', taskId, kind, q],
    queryFn: () => people(taskId, kind, q),
    placeholderData: (before: PersonOption[] | undefined) => before,
  });
}

async function people(taskId: string, kind: People, q: string): Promise<PersonOption[]> {
  if (kind === 'readers') {
    return unwrap(
      api.GET('/api/v1/tasks/{task_id}/possible-readers', { params: { ...at(taskId), query: { q } } }),
    );
  }
  const limit = 100;
  if (kind === 'signers') {
    const params = { ...at(taskId), query: { q, limit } };
    return (await unwrap(api.GET('/api/v1/tasks/{task_id}/possible-signers', { params }))).items;
  }
  if (kind === 'assign') {
    const params = { query: { task_id: taskId, q, limit } };
    return (await unwrap(api.GET('/api/v1/users', { params }))).items;
  }
  const params = { ...at(taskId), query: { kind, q, limit } };
  return (await unwrap(api.GET('/api/v1/tasks/{task_id}/takers', { params }))).items;
}

export function destinationsQuery(taskId: string) {
  return queryOptions({
    queryKey: ['destinations', taskId],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/destinations', { params: at(taskId) })),
    gcTime: 0,
  });
}

/** What a return would cancel and make; it changes nothing, so it is read like a query. */
export function returnPreviewQuery(taskId: string, to: string | undefined, mode: Mode) {
  return queryOptions({
    queryKey: ['return-preview', taskId, to, mode],
    enabled: to !== undefined,
    queryFn: () =>
      unwrap(
        api.POST('/api/v1/tasks/{task_id}/send-back/preview', {
          params: at(taskId),
          body: { to: to ?? '', mode },
        }),
      ),
    gcTime: 0,
  });
}

export function sheetsQuery(taskId: string) {
  return queryOptions({
    queryKey: ['sheets', taskId],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/sheets', { params: at(taskId) })),
  });
}

export function paperSeatsQuery(taskId: string) {
  return queryOptions({
    queryKey: ['paper-seats', taskId],
    queryFn: () => unwrap(api.GET('/api/v1/tasks/{task_id}/paper-seats', { params: at(taskId) })),
  });
}

type PassOn = { user_id: string; opinion: string };

export const hand = {
  transfer: (task: Address, body: PassOn): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/transfer', { params: addressed(task), body })),
  lend: (task: Address, body: PassOn): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/lend', { params: addressed(task), body })),
  giveBack: (task: Address, opinion: string): Promise<Task> =>
    unwrap(
      api.POST('/api/v1/tasks/{task_id}/give-back', { params: addressed(task), body: { opinion } }),
    ),
  recall: (task: Address, reason: string): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/recall', { params: addressed(task), body: { reason } })),
  sendBack: (
    task: Address,
    body: { to: string; mode: Mode; opinion: string },
  ): Promise<Completion> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/send-back', { params: addressed(task), body })),
  takeBack: (task: Address, reason: string): Promise<Completion> =>
    unwrap(
      api.POST('/api/v1/tasks/{task_id}/take-back', { params: at(task.id), body: { reason } }),
    ),
  vote: (
    task: Address,
    body: { vote: VoteKind; opinion: string; values: Values },
  ): Promise<Completion> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/vote', { params: addressed(task), body })),
  addSigner: (
    task: Address,
    body: { user_id: string; placement: Placement; question: string },
  ): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/signers', { params: addressed(task), body })),
  removeSigner: (task: Address, signerId: string, reason: string): Promise<Task> =>
    unwrap(
      api.POST('/api/v1/tasks/{task_id}/signers/{signer_id}/remove', {
        params: { path: { task_id: task.id, signer_id: signerId } },
        body: { reason },
      }),
    ),
  urge: (task: Address, body: { channel: Channel; note: string }): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/urge', { params: at(task.id), body })),
  circulate: (task: Address, body: { user_ids: string[]; note: string }): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/copies', { params: at(task.id), body })),
  markRead: (taskId: string): Promise<Task> =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/copies/read', { params: at(taskId) })),
  makeSheet: (
    task: Address,
    body: { title: string; proposed: string; replaces: string | null },
  ) => unwrap(api.POST('/api/v1/tasks/{task_id}/sheets', { params: at(task.id), body })),
  recordOnPaper: (task: Address, body: PaperAct) =>
    unwrap(api.POST('/api/v1/tasks/{task_id}/paper-acts', { params: addressed(task), body })),
};
