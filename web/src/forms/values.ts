import type { Values } from '../api/types';
import type { Component } from './pointers';

/** The top-level names a form writes; all else in its data is prefill (option lists, case facts). */
export function ownNames(schema: Component): Set<string> {
  const names = new Set<string>();
  for (const component of schema.components ?? []) {
    const address = component.components ? component.path : component.key;
    const [first] = (address ?? '').split('.');
    if (first) names.add(first);
    else if (component.components) for (const name of ownNames(component)) names.add(name);
  }
  return names;
}

/** What of the form's data belongs to the form: this is saved and sent. */
export function ownValues(schema: Component, data: Values): Values {
  const names = ownNames(schema);
  return Object.fromEntries(Object.entries(data).filter(([name]) => names.has(name)));
}

/**
 * The schema as we draw it: no buttons (the page has one bar of acts), and no row of a list
 * collapsed (form-js hides the sixth and later ones, with what is to be corrected in them).
 */
export function prepared<S extends Component>(schema: S): S {
  const components = (schema.components ?? [])
    .filter((component) => component.type !== 'button')
    .map((component) => (component.components ? prepared(component) : component));
  const rows = schema.type === 'dynamiclist' ? { disableCollapse: true } : {};
  return { ...schema, ...rows, components };
}

/** Equal by content; form data is plain JSON. */
export function sameValues(a: Values, b: Values): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
