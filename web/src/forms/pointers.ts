import type { Fault } from '../api/types';

/** The parts of a form-js schema that decide where a value lives. */
export type Component = {
  id?: string;
  type: string;
  key?: string;
  path?: string;
  label?: string;
  dateLabel?: string;
  timeLabel?: string;
  components?: Component[];
};

/** The key of the field in which a person writes their opinion, by convention; undefined without one. */
export function opinionIn(schema: Component): string | undefined {
  return (schema.components ?? [])
    .map((component) => {
      if (component.type === 'textarea' && component.key === 'opinion') return component.key;
      return component.type === 'group' && !component.path ? opinionIn(component) : undefined;
    })
    .find((key) => key !== undefined);
}

/** The component with this key outside of lists. */
export function keyed(schema: Component, key: string): Component | undefined {
  for (const component of schema.components ?? []) {
    const found = component.key === key ? component : keyed(component, key);
    if (found) return found;
  }
  return undefined;
}

export type Place = { id: string; label: string; path: string[]; repeats: boolean[] };

/** Where every keyed field of the schema keeps its value; a repeat marks that an index follows. */
export function places(schema: Component, path: string[] = [], repeats: boolean[] = []): Place[] {
  return (schema.components ?? []).flatMap((component) => {
    if (component.components) {
      const own = component.path ? component.path.split('.') : [];
      const repeating = component.type === 'dynamiclist';
      const marks = own.map((_, index) => repeating && index === own.length - 1);
      const group = places(component, [...path, ...own], [...repeats, ...marks]);
      if (!repeating || !component.id) return group;
      // a fault may stand at the list itself (“at least one”)
      const list = { id: component.id, label: component.label ?? '', path: [...path, ...own] };
      return [{ ...list, repeats: [...repeats, ...marks.map(() => false)] }, ...group];
    }
    if (!component.key || !component.id) return [];
    const own = component.key.split('.');
    return [
      {
        id: component.id,
        label: component.label ?? component.dateLabel ?? component.timeLabel ?? '',
        path: [...path, ...own],
        repeats: [...repeats, ...own.map(() => false)],
      },
    ];
  });
}

function segments(pointer: string): string[] {
  const parts = pointer
    .replace(/^#/, '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts[0] === 'values' ? parts.slice(1) : parts;
}

/** The indexes of the repeat groups on the way, or null when the pointer is not at this place. */
function match(place: Place, parts: string[]): number[] | null {
  const indexes: number[] = [];
  let at = 0;
  for (const [step, name] of place.path.entries()) {
    if (parts[at] !== name) return null;
    at += 1;
    if (place.repeats[step]) {
      const index = Number(parts[at]);
      if (!Number.isInteger(index)) return null;
      indexes.push(index);
      at += 1;
    }
  }
  // what is left points inside one value (the third file of an upload): still this field
  return parts.length - at <= 1 ? indexes : null;
}

export type Located = { fault: Fault; place: Place | null; indexes: number[] };

/** Finds the field of each fault of a 422; the deepest place wins. */
export function locate(schema: Component, faults: Fault[]): Located[] {
  const all = places(schema).sort((a, b) => b.path.length - a.path.length);
  return faults.map((fault) => {
    const parts = segments(fault.pointer);
    for (const place of all) {
      const indexes = match(place, parts);
      if (indexes) return { fault, place, indexes };
    }
    return { fault, place: null, indexes: [] };
  });
}

type Nested = { [key: string]: Nested | string[] };

/** form-js keeps errors by field id, below it by the index of each repeat group. */
export function formErrors(located: Located[]): Nested {
  const errors: Nested = {};
  for (const { fault, place, indexes } of located) {
    if (!place) continue;
    const keys = [place.id, ...indexes.map(String)];
    let node = errors;
    for (const key of keys.slice(0, -1)) {
      const next = node[key];
      node = !next || Array.isArray(next) ? (node[key] = {}) : next;
    }
    const last = keys[keys.length - 1] ?? place.id;
    const known = node[last];
    node[last] = Array.isArray(known) ? [...known, fault.detail] : [fault.detail];
  }
  return errors;
}
