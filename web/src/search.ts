import type { InstanceState } from './api/types';

/** What an address may carry after the question mark; anything else in it is dropped. */
export const TABS = ['mine', 'claimable', 'started', 'done', 'overdue', 'today'] as const;
export type Tab = (typeof TABS)[number];
export const FIRST_TAB: Tab = 'mine';
export const SORTS = ['due_at', '-due_at', 'created_at', '-created_at'] as const;
export type Sort = (typeof SORTS)[number];
export const PANELS = ['diagram', 'history', 'comments', 'files', 'related'] as const;
export type Panel = (typeof PANELS)[number];
export const CASE_PANELS = ['overview', 'problems', 'documents', 'history', 'diagram'] as const;
export type CasePanel = (typeof CASE_PANELS)[number];
export const STATES = ['active', 'suspended', 'completed', 'cancelled'] as const;

export const UNIT_PANELS = ['owed', 'rights', 'served', 'sent'] as const;
export type UnitPanel = (typeof UNIT_PANELS)[number];
export const FIRST_UNIT_PANEL: UnitPanel = 'owed';

type Search = Record<string, unknown>;

function oneOf<T extends string>(options: readonly T[], value: unknown): T | undefined {
  return options.find((option) => option === value);
}

function text(value: unknown): string | undefined {
  // the router reads 2026 in an address as a number
  const string = typeof value === 'number' ? String(value) : value;
  return typeof string === 'string' && string.trim() !== '' ? string.trim() : undefined;
}

function compact<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, v]) => v !== undefined)) as T;
}

export type QueueSearch = { tab?: Tab; q?: string; sort?: Sort };

export function readQueueSearch(search: Search): QueueSearch {
  return compact({
    // always there, so that a link to a tab can be compared; router.tsx keeps it out of the address
    tab: oneOf(TABS, search['tab']) ?? FIRST_TAB,
    q: text(search['q']),
    sort: oneOf(SORTS, search['sort']),
  });
}

export function readTaskSearch(search: Search): { panel?: Panel } {
  return compact({ panel: oneOf(PANELS, search['panel']) });
}

export type CasesSearch = { family?: string; state?: InstanceState; q?: string };

export function readCasesSearch(search: Search): CasesSearch {
  return compact({
    family: text(search['family']),
    state: oneOf(STATES, search['state']),
    q: text(search['q']),
  });
}

/** `paper`: the document that is opened beside. */
export type CaseSearch = { panel?: CasePanel; paper?: string };

export function readCaseSearch(search: Search): CaseSearch {
  return compact({ panel: oneOf(CASE_PANELS, search['panel']), paper: text(search['paper']) });
}

export function readUnitSearch(search: Search): { panel?: UnitPanel } {
  return compact({ panel: oneOf(UNIT_PANELS, search['panel']) ?? FIRST_UNIT_PANEL });
}
