import { definitionsOf, is, list, text, type Moddle } from '../services';
import type { Option } from '../vocabulary';
import { attribute, change, flag, made, type Field, type Section, type Target } from './field';
import { DEADLINE, fixed } from './user-task';

const TIMES = ['timeDuration', 'timeDate', 'timeCycle'] as const;
const BY_DEADLINE = 'deadline';

export function definitionOf({ element }: Target): Moddle | undefined {
  return is(element, 'bpmn:Event') ? list(element, 'eventDefinitions')[0] : undefined;
}

function written(definition: Moddle | undefined): (typeof TIMES)[number] | undefined {
  return TIMES.find((name) => definition?.get(name) !== undefined);
}

function setTime(target: Target, name: string, body: string): void {
  const definition = definitionOf(target);
  if (!definition) return;
  const values = Object.fromEntries(TIMES.map((each) => [each, undefined as Moddle | undefined]));
  if (name !== BY_DEADLINE) values[name] = made('bpmn:FormalExpression', definition, { body });
  change(target, definition, values);
}

const WHEN: Field = {
  word: 'timerKind',
  kind: 'choice',
  options: fixed('timer', [BY_DEADLINE, ...TIMES]),
  read: (target) => written(definitionOf(target)) ?? BY_DEADLINE,
  write: (target, value) => {
    setTime(target, value || BY_DEADLINE, TIME.read(target));
  },
};
const TIME: Field = {
  word: 'timerText',
  kind: 'expression',
  hint: 'timer',
  read: (target) => {
    const definition = definitionOf(target);
    const name = written(definition);
    return name ? text(definition?.get(name) as Moddle, 'body') : '';
  },
  write: (target, value) => {
    setTime(target, WHEN.read(target), value);
  },
};

function named(target: Target, type: string): Option[] {
  return list(definitionsOf(target.modeler), 'rootElements')
    .filter((root) => is(root, type))
    .map((root) => ({ value: root.id ?? '', label: text(root, 'name') || (root.id ?? '') }));
}

/** A message or an error, kept beside the processes of the file. */
function reference(type: 'bpmn:Message' | 'bpmn:Error', owner: (target: Target) => Moddle | undefined): Field {
  const word = type === 'bpmn:Message' ? 'messageRef' : 'errorRef';
  const roots = (target: Target) => list(definitionsOf(target.modeler), 'rootElements');
  const write = (target: Target, value: string) => {
    const place = owner(target);
    if (place) change(target, place, { [word]: roots(target).find((root) => root.id === value) });
  };
  return {
    word,
    kind: 'choice',
    options: (target) => named(target, type),
    read: (target) => (owner(target)?.get(word) as Moddle | undefined)?.id ?? '',
    write,
    create: (target, name) => {
      const definitions = definitionsOf(target.modeler);
      const code = type === 'bpmn:Error' ? { errorCode: name } : {};
      const prefix = type === 'bpmn:Error' ? 'error' : 'message';
      const id = `${prefix}_${name.replace(/[^\w.-]/g, '_')}`;
      if (!roots(target).some((root) => root.id === id)) {
        const root = made(type, definitions, { id, name, ...code });
        change(target, definitions, { rootElements: [...roots(target), root] });
      }
      write(target, id);
    },
  };
}

const CORRELATION = attribute('dudao:correlation', {
  word: 'correlation', kind: 'expression', hint: 'correlation',
});
const INTERRUPTS = flag('cancelActivity', { word: 'cancelActivity', hint: 'cancelActivity' });

export const RECEIVE: Section = {
  word: 'event',
  fields: [reference('bpmn:Message', ({ element }) => element), CORRELATION],
};

export function eventOf(target: Target): Section[] {
  const definition = definitionOf(target);
  const fields: Field[] = [];
  if (is(definition, 'bpmn:TimerEventDefinition')) {
    fields.push(WHEN, ...(WHEN.read(target) === BY_DEADLINE ? DEADLINE : [TIME]));
  }
  if (is(definition, 'bpmn:MessageEventDefinition')) {
    fields.push(reference('bpmn:Message', definitionOf));
    if (!is(target.element, 'bpmn:StartEvent')) fields.push(CORRELATION);
  }
  if (is(definition, 'bpmn:ErrorEventDefinition')) fields.push(reference('bpmn:Error', definitionOf));
  if (is(target.element, 'bpmn:BoundaryEvent') && !is(definition, 'bpmn:ErrorEventDefinition')) {
    fields.push(INTERRUPTS);
  }
  return fields.length > 0 ? [{ word: 'event', fields }] : [];
}
