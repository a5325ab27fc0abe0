import type { InstanceState } from './api/types';

/** What an address may carry after the question mark; anything else in it is dropped. */
export const TABS = [
  'mine', 'claimable', 'copied', 'started', 'lent', 'done', 'overdue', 'today',
] as const;
export type Tab = (typeof TABS)[number];
export const FIRST_TAB: Tab = 'mine';
export const SORTS = ['due_at', '-due_at', 'created_at', '-created_at', 'completed_at', '-completed_at'] as const;
export type Sort = (typeof SORTS)[number];
export const PANELS = ['diagram', 'history', 'comments', 'files', 'related'] as const;
export type Panel = (typeof PANELS)[number];
export const CASE_PANELS = [
  'overview',
  'problems',
  'documents',
  'clocks',
  'linked',
  'comments',
  'history',
  'diagram',
] as const;
export type CasePanel = (typeof CASE_PANELS)[number];
export const STATES = ['active', 'suspended', 'completed', 'cancelled'] as const;

export const UNIT_PANELS = ['owed', 'rights', 'served', 'sent'] as const;
export type UnitPanel = (typeof UNIT_PANELS)[number];
export const FIRST_UNIT_PANEL: UnitPanel = 'owed';

export const SEVERITIES = ['minor', 'serious', 'grave'] as const;
export const PROBLEM_STATES = [
  'open',
  'in_progress',
  'reported',
  'not_reported',
  'verified_ok',
  'basic',
  'failed',
  'rebound',
  'closed',
  'transferred',
] as const;

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

/** `batch` is the work on many tasks whose progress is shown. */
export type QueueSearch = { tab?: Tab; q?: string; sort?: Sort; batch?: string };

export function readQueueSearch(search: Search): QueueSearch {
  return compact({
    // always there, so that a link to a tab can be compared; router.tsx keeps it out of the address
    tab: oneOf(TABS, search['tab']) ?? FIRST_TAB,
    q: text(search['q']),
    sort: oneOf(SORTS, search['sort']),
    batch: text(search['batch']),
  });
}

/** `at` is the element whose record is to be shown. */
export type TaskSearch = { panel?: Panel; at?: string };

export function readTaskSearch(search: Search): TaskSearch {
  return compact({ panel: oneOf(PANELS, search['panel']), at: text(search['at']) });
}

/** The stages of a supervision case in the order of the procedure (督导全流程). */
export const CASE_STAGES = [
  'draft',
  'approved',
  'noticed',
  'self_eval',
  'on_site',
  'deliberation',
  'feedback',
  'opinion_issued',
  'rectifying',
  'verifying',
  'pressure',
  'closed',
  'archived',
] as const;

export type CasesSearch = {
  family?: string;
  state?: InstanceState;
  stage?: (typeof CASE_STAGES)[number];
  unit?: string;
  year?: number;
  overdue?: true;
  mine?: true;
  q?: string;
};

export function readCasesSearch(search: Search): CasesSearch {
  return compact({
    family: text(search['family']),
    state: oneOf(STATES, search['state']),
    stage: oneOf(CASE_STAGES, search['stage']),
    unit: id(search['unit']),
    year: year(search['year']),
    overdue: flag(search['overdue']),
    mine: flag(search['mine']),
    q: text(search['q']),
  });
}

/** `paper`: the document that is opened beside; `at`: the element whose record or drawing is shown. */
export type CaseSearch = { panel?: CasePanel; paper?: string; at?: string };

export function readCaseSearch(search: Search): CaseSearch {
  return compact({
    panel: oneOf(CASE_PANELS, search['panel']),
    paper: text(search['paper']),
    at: text(search['at']),
  });
}

export function readUnitSearch(search: Search): { panel?: UnitPanel } {
  return compact({ panel: oneOf(UNIT_PANELS, search['panel']) ?? FIRST_UNIT_PANEL });
}

function flag(value: unknown): true | undefined {
  return value === true || value === 'true' ? true : undefined;
}

function year(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number >= 1949 && number <= 2199 ? number : undefined;
}

/** The id of a row; what is none would only be refused by the server. */
function id(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? value : undefined;
}

export type ProblemsSearch = {
  q?: string;
  unit?: string;
  severity?: (typeof SEVERITIES)[number];
  state?: (typeof PROBLEM_STATES)[number];
  overdue?: true;
  year?: number;
};

export function readProblemsSearch(search: Search): ProblemsSearch {
  return compact({
    q: text(search['q']),
    unit: id(search['unit']),
    severity: oneOf(SEVERITIES, search['severity']),
    state: oneOf(PROBLEM_STATES, search['state']),
    overdue: flag(search['overdue']),
    year: year(search['year']),
  });
}

export const CALENDAR_VIEWS = ['month', 'list'] as const;
export const WHOSE = ['mine', 'office'] as const;

export type CalendarSearch = {
  /** 2026-03; this month where none is named */
  month?: string;
  view?: (typeof CALENDAR_VIEWS)[number];
  whose?: (typeof WHOSE)[number];
  kind?: string;
};

export function readCalendarSearch(search: Search): CalendarSearch {
  const month = text(search['month']);
  return compact({
    month: month && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : undefined,
    view: oneOf(CALENDAR_VIEWS, search['view']),
    whose: oneOf(WHOSE, search['whose']),
    kind: text(search['kind']),
  });
}

/** What the dashboard counts; api/supervision/dashboard.py has the same names. */
export const FIGURES = [
  'open',
  'overdue',
  'due_soon',
  'closed',
  'waiting',
  'done',
  'of_office',
  'closed_by_office',
  'met',
  'not_met',
  'problems',
  'settled',
  'late_problems',
  'rechecked',
  'passed',
  'measures',
] as const;
export type FigureName = (typeof FIGURES)[number];

export type ScopeSearch = { year?: number; office?: string; unit?: string };
/** `key`: which step, office or kind of measure; `named`: what people call it. */
export type FigureSearch = ScopeSearch & { figure?: FigureName; key?: string; named?: string };

export function readScopeSearch(search: Search): ScopeSearch {
  return compact({ year: year(search['year']), office: id(search['office']), unit: id(search['unit']) });
}

export function readFigureSearch(search: Search): FigureSearch {
  return compact({
    ...readScopeSearch(search),
    figure: oneOf(FIGURES, search['figure']),
    key: text(search['key']),
    named: text(search['named']),
  });
}

export const MODEL_STEPS = ['edit', 'rehearse', 'compare', 'deploy'] as const;
export type ModelStep = (typeof MODEL_STEPS)[number];

/** `going` is what a rehearsal plays by itself: see screens/model/use-going.ts. */
export function readModelSearch(search: Search): { step?: ModelStep; part?: string; rehearsal?: string; going?: string } {
  return compact({
    step: oneOf(MODEL_STEPS, search['step']),
    part: text(search['part']),
    rehearsal: text(search['rehearsal']),
    going: text(search['going']),
  });
}

export const PROPOSAL_STATES = ['open', 'confirmed', 'refused', 'withdrawn', 'expired'] as const;

export function readProposalsSearch(search: Search): { state?: (typeof PROPOSAL_STATES)[number] } {
  return compact({ state: oneOf(PROPOSAL_STATES, search['state']) });
}

export function readJournalSearch(search: Search): { kind?: string } {
  return compact({ kind: text(search['kind']) });
}

export function readUsersSearch(search: Search): { q?: string } {
  return compact({ q: text(search['q']) });
}

export const TRAFFIC_VIEWS = ['now', 'often', 'long'] as const;
export type TrafficSearch = {
  view?: (typeof TRAFFIC_VIEWS)[number];
  from?: string;
  until?: string;
  at?: string;
  trouble?: true;
};

/** `at` is the element whose cases are listed; with `trouble` those that broke there. */
export function readTrafficSearch(search: Search): TrafficSearch {
  return compact({
    view: oneOf(TRAFFIC_VIEWS, search['view']),
    from: day(search['from']),
    until: day(search['until']),
    at: text(search['at']),
    trouble: flag(search['trouble']),
  });
}

export type StandingSearch = {
  q?: string;
  state?: InstanceState;
  trouble?: true;
  definition?: string;
  at?: string;
};

export function readStandingSearch(search: Search): StandingSearch {
  return compact({
    q: text(search['q']),
    state: oneOf(STATES, search['state']),
    trouble: flag(search['trouble']),
    definition: id(search['definition']),
    at: text(search['at']),
  });
}

/** A day as the browser's own field writes it. */
function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

export function readOperationsSearch(search: Search): { batch?: string } {
  return compact({ batch: id(search['batch']) });
}

export function readVersionsSearch(search: Search): { from?: string; to?: string } {
  return compact({ from: id(search['from']), to: id(search['to']) });
}
