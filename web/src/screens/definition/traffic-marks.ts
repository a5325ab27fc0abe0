import type { TFunction } from 'i18next';

import type { Mark } from '../../diagram/marks';
import type { ElementCount, ElementHeat } from '../../queries/traffic';
import type { TrafficSearch } from '../../search';

export type View = NonNullable<TrafficSearch['view']>;

/** All numbers of one element: what stands there now, what went through in the period. */
export type Row = ElementCount & Omit<ElementHeat, 'kind'>;

const NOTHING = {
  entered: 0, left: 0, open: 0, working_days_total: 0, working_days_mean: null, working_days_most: 0,
};

/** What stands and what went through, element by element in the order of the drawing. */
export function rowsOf(counts: ElementCount[], heats: ElementHeat[], order: string[]): Row[] {
  const found = new Map(heats.map((heat) => [heat.element_id, heat]));
  const place = new Map(order.map((id, at) => [id, at]));
  const at = (row: ElementCount) => place.get(row.element_id) ?? order.length;
  return [...counts]
    .sort((a, b) => at(a) - at(b))
    .map((count) => ({ ...NOTHING, ...found.get(count.element_id), ...count }));
}

export function isBusy(row: Row): boolean {
  return row.tokens + row.incidents + row.jobs_failed + row.timers + row.entered + row.left > 0;
}

/** How much of what the view shows. */
export function amountOf(row: Row, view: View): number {
  if (view === 'often') return row.entered;
  return view === 'long' ? (row.working_days_mean ?? 0) : 0;
}

/** 1 (little) to 5 of the most; undefined for nothing. */
export function levelOf(amount: number, most: number): number | undefined {
  return amount > 0 && most > 0 ? Math.ceil((amount / most) * 5) : undefined;
}

/** The upper ends of the five shades. */
export function steps(most: number, isWhole: boolean): number[] {
  return [1, 2, 3, 4, 5].map((level) => {
    const end = (most * level) / 5;
    return isWhole ? Math.floor(end) : Math.round(end * 10) / 10;
  });
}

/** Where the numbers of a view stand on the drawing. */
export function marksOf(rows: Row[], view: View, chosen: string | undefined, t: TFunction): Mark[] {
  const most = Math.max(0, ...rows.map((row) => amountOf(row, view)));
  return rows.map((row) => {
    const amount = amountOf(row, view);
    return {
      id: row.element_id,
      isChosen: row.element_id === chosen,
      level: levelOf(amount, most),
      badges: view === 'now' ? standing(row, t) : heat(row, view, t),
    };
  });
}

function standing(row: Row, t: TFunction): Mark['badges'] {
  const all = [
    { kind: 'waiting', count: row.tokens, text: t('traffic.badge_waiting', { count: row.tokens }) },
    { kind: 'incident', count: row.incidents, text: t('traffic.badge_incident', { count: row.incidents }) },
    { kind: 'done', count: row.left, text: t('traffic.badge_done', { count: row.left }) },
  ] as const;
  return all.filter(({ count }) => count > 0);
}

function heat(row: Row, view: View, t: TFunction): Mark['badges'] {
  const amount = amountOf(row, view);
  if (amount === 0) return [];
  return [{ kind: 'heat', text: view === 'often' ? t('traffic.times', { count: amount }) : t('traffic.days', { count: amount }) }];
}

/** The sentence that a pointer over the element brings. */
export function factsOf(rows: Row[], t: TFunction): Record<string, string> {
  return Object.fromEntries(
    rows.filter(isBusy).map((row) => [
      row.element_id,
      [
        row.element_name || row.element_id,
        t('traffic.fact_now', { waiting: row.tokens, incidents: row.incidents }),
        t('traffic.fact_period', { entered: row.entered, left: row.left, days: row.working_days_mean ?? '—' }),
      ].join(' · '),
    ]),
  );
}
