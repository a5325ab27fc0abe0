import type zh from '../../words/zh-CN';

/** A component of a form-js schema as it is edited. */
export type Part = {
  id: string;
  type: string;
  key?: string;
  path?: string;
  label?: string;
  components?: Part[];
  properties?: Record<string, string>;
  [name: string]: unknown;
};

export type FormWord = keyof (typeof zh)['model_form'];
export type PartField = {
  word: FormWord;
  /** where the value stands: `validate.required`, `properties.dudao:source` */
  at: string;
  kind: 'text' | 'long' | 'expression' | 'number' | 'switch' | 'choice' | 'options';
  choices?: string[];
  hint?: 'expression_hint' | 'names_hint';
};
export type PartSection = { word: FormWord; fields: PartField[] };

const f = (word: FormWord, at: string, kind: PartField['kind'] = 'text', more: Partial<PartField> = {}) =>
  ({ word, at, kind, ...more }) satisfies PartField;
const expression = (word: FormWord, at: string) => f(word, at, 'expression', { hint: 'expression_hint' });
const ours = (word: FormWord, name: string, kind: PartField['kind'] = 'text') =>
  f(word, `properties.dudao:${name}`, kind, kind === 'expression' ? { hint: 'expression_hint' } : {});

const REQUIRED = f('required', 'validate.required', 'switch');
const LENGTHS = [f('minLength', 'validate.minLength', 'number'), f('maxLength', 'validate.maxLength', 'number')];
const COUNTS = [ours('minItems', 'minItems', 'number'), ours('maxItems', 'maxItems', 'number')];
const OPTIONS = [f('values', 'values', 'options'), f('valuesKey', 'valuesKey'), expression('valuesExpression', 'valuesExpression')];
const PROTECTED = ours('protected', 'protected', 'choice');

/** What is checked of each type (docs/forms.md, Components). */
const CHECKS: Record<string, PartField[]> = {
  textfield: [REQUIRED, ...LENGTHS, f('pattern', 'validate.pattern'), f('patternErrorMessage', 'validate.patternErrorMessage')],
  textarea: [REQUIRED, ...LENGTHS],
  number: [
    REQUIRED, f('min', 'validate.min', 'number'), f('max', 'validate.max', 'number'),
    f('decimalDigits', 'decimalDigits', 'number'), f('increment', 'increment', 'number'),
    f('serializeToString', 'serializeToString', 'switch'),
  ],
  checkbox: [REQUIRED],
  select: [REQUIRED],
  radio: [REQUIRED],
  checklist: [REQUIRED, ...COUNTS],
  taglist: [REQUIRED, ...COUNTS],
  datetime: [
    f('subtype', 'subtype', 'choice', { choices: ['date', 'time', 'datetime'] }), REQUIRED,
    f('disallowPassedDates', 'disallowPassedDates', 'switch'), ours('dudaoMin', 'min', 'expression'), ours('dudaoMax', 'max', 'expression'),
  ],
  filepicker: [REQUIRED, f('multiple', 'multiple', 'switch'), ...COUNTS],
  dynamiclist: [f('allowAddRemove', 'allowAddRemove', 'switch'), ...COUNTS, ours('itemKey', 'itemKey')],
  expression: [expression('expression', 'expression')],
};
const WITH_OPTIONS = new Set(['select', 'radio', 'checklist', 'taglist']);
const PROTECTABLE = new Set(['textfield', 'textarea', 'checklist', 'taglist', 'filepicker']);
const UNKEYED = new Set(['text', 'table', 'separator', 'spacer', 'button', 'group', 'dynamiclist', 'default']);

export function labelAt(part: Part): string {
  return part.type === 'datetime' ? (part['subtype'] === 'time' ? 'timeLabel' : 'dateLabel') : 'label';
}

export function nameOf(part: Part): string {
  const said = part[labelAt(part)] ?? part.label ?? part['text'] ?? part.key ?? part.path ?? '';
  return String(said).replace(/[#*\s]+/g, ' ').trim().slice(0, 40);
}

/** What can be edited of a component: what is honoured, and nothing else. */
export function partSections(part: Part): PartSection[] {
  if (part.type === 'default') {
    return [{ word: 'section_ours', fields: [f('names', 'properties.dudao:names', 'text', { hint: 'names_hint' })] }];
  }
  const isField = !UNKEYED.has(part.type);
  const general = [
    ...(part.type === 'text' ? [f('text', 'text', 'long')] : [f('label', labelAt(part))]),
    ...(isField ? [f('key', 'key'), f('description', 'description', 'long'), expression('readonly', 'readonly')] : []),
    ...(part.components ? [f('path', 'path')] : []),
    f('columns', 'layout.columns', 'number'),
  ];
  const mine = [
    ours('source', 'source'),
    ...(isField ? [ours('requiredIf', 'requiredIf', 'expression')] : []),
    ...(WITH_OPTIONS.has(part.type) ? [ours('optionsNote', 'options')] : []),
    ...(PROTECTABLE.has(part.type) ? [PROTECTED] : []),
  ];
  const sections: PartSection[] = [
    { word: 'section_general', fields: general },
    { word: 'section_check', fields: CHECKS[part.type] ?? [] },
    { word: 'section_options', fields: WITH_OPTIONS.has(part.type) ? OPTIONS : [] },
    { word: 'section_ours', fields: mine },
    { word: 'section_shown', fields: [expression('hide', 'conditional.hide')] },
  ];
  return sections.filter((section) => section.fields.length > 0);
}

export function valueAt(part: Part, at: string): unknown {
  const [head, rest] = split(at);
  const value = part[head];
  return rest === undefined ? value : (value as Record<string, unknown> | undefined)?.[rest];
}

/** What to hand to form-js so that the value stands there: it changes whole properties. */
export function edited(part: Part, at: string, value: unknown): Record<string, unknown> {
  const [head, rest] = split(at);
  if (rest === undefined) return { [head]: value };
  const next = { ...(part[head] as Record<string, unknown> | undefined), [rest]: value };
  if (value === undefined) Reflect.deleteProperty(next, rest);
  return { [head]: Object.keys(next).length > 0 ? next : undefined };
}

function split(at: string): [string, string | undefined] {
  const dot = at.indexOf('.');
  return dot < 0 ? [at, undefined] : [at.slice(0, dot), at.slice(dot + 1)];
}
