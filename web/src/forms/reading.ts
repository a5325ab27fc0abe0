import type { Values } from '../api/types';
import type { Component } from './pointers';

/** One line of a form that is read, not filled in: a text, or the rows of a list. */
export type Line =
  | { kind: 'text'; label: string; text: string; isLong: boolean }
  | { kind: 'rows'; label: string; rows: Line[][] };

type Option = { value: unknown; label: string };
type Words = { yes: string; no: string; missing: string };
/** `names` tells who or what an id stands for. */
export type Reader = { names: Record<string, string>; words: Words };

type Readable = Component & { values?: Option[]; valuesKey?: string; properties?: Record<string, unknown> };

/** Files stand below the paper as links; a text component says how to fill in, not what was said. */
const UNREAD = new Set(['filepicker', 'text', 'button', 'separator', 'spacer', 'table']);
const LONG = 40;

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function labelOf(component: Readable): string {
  return component.label || component.dateLabel || component.timeLabel || '';
}

function textOf(value: unknown, component: Readable, reader: Reader): string {
  if (Array.isArray(value)) return value.map((one) => textOf(one, component, reader)).join('、');
  if (typeof value === 'boolean') return value ? reader.words.yes : reader.words.no;
  const option = component.values?.find((one) => one.value === value);
  if (option) return option.label;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  const text = String(value);
  if (component.type === 'datetime') return text.replace('T', ' ');
  if (/^[0-9a-f]{32}$/.test(text)) return reader.names[text] ?? reader.words.missing;
  return (component.valuesKey && reader.names[text]) || text;
}

function valueAt(values: Values, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((node, key) => (node as Values | null | undefined)?.[key], values);
}

/** What the lists of a case (`{value, label}`) call their values: what a choice among them means. */
export function namesIn(values: Values): Record<string, string> {
  const options = Object.values(values).filter(Array.isArray).flat() as unknown[];
  return Object.fromEntries(options.filter(isOption).map((one) => [String(one.value), one.label]));
}

function isOption(value: unknown): value is Option {
  return typeof value === 'object' && value !== null && 'value' in value && 'label' in value;
}

/** What a filled form says, in the order and with the words of its fields; empty fields are left out. */
export function readForm(schema: Component, values: Values, reader: Reader): Line[] {
  return (schema.components ?? []).flatMap((component: Readable): Line[] => {
    if (UNREAD.has(component.type)) return [];
    if (component.type === 'dynamiclist') return listOf(component, values, reader);
    if (component.components) {
      const inner = component.path ? (valueAt(values, component.path) ?? {}) : values;
      return readForm(component, inner as Values, reader);
    }
    const value = component.key ? valueAt(values, component.key) : undefined;
    if (isEmpty(value)) return [];
    const text = textOf(value, component, reader);
    const isLong = component.type === 'textarea' || text.length > LONG;
    return [{ kind: 'text', label: labelOf(component), text, isLong }];
  });
}

function listOf(component: Readable, values: Values, reader: Reader): Line[] {
  const rows = component.path ? valueAt(values, component.path) : undefined;
  if (!Array.isArray(rows) || rows.length === 0) return [];
  const read = rows.map((row) => readForm(component, row as Values, reader));
  return [{ kind: 'rows', label: labelOf(component), rows: read }];
}
