import type { Unit } from '../../api/types';

export type UnitRow = { unit: Unit; depth: number; hasBelow: boolean };

/** The units as the lines of a tree, parents before what is below them; closed branches left out. */
export function treeOf(units: Unit[], isOpen: (id: string) => boolean): UnitRow[] {
  const known = new Set(units.map((unit) => unit.id));
  const below = new Map<string | null, Unit[]>();
  for (const unit of units) {
    // one whose superior is not among them stands at the top
    const parent = unit.parent_id !== null && known.has(unit.parent_id) ? unit.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), unit]);
  }
  const rows = (parent: string | null, depth: number): UnitRow[] =>
    (below.get(parent) ?? []).flatMap((unit) => [
      { unit, depth, hasBelow: below.has(unit.id) },
      ...(isOpen(unit.id) ? rows(unit.id, depth + 1) : []),
    ]);
  return rows(null, 0);
}

/** The units whose name or code has this text, without their branches. */
export function foundIn(units: Unit[], q: string): UnitRow[] {
  const text = q.toLowerCase();
  return units
    .filter((unit) => [unit.name, unit.short_name, unit.code].some((one) => one.toLowerCase().includes(text)))
    .map((unit) => ({ unit, depth: 0, hasBelow: false }));
}
