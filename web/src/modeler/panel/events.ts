import { definitionsOf, is, list, text, type Moddle } from '../services';
import type { Option } from '../vocabulary';
import { attribute, change, flag, inner, made, type Field, type FieldWord, type Section, type Target } from './field';
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

type Root = 'bpmn:Message' | 'bpmn:Error' | 'bpmn:Signal' | 'bpmn:Escalation';

/** How the definition names it, how its ids begin, and where its code stands if it has one. */
const ROOTS: Record<Root, { ref: FieldWord; prefix: string; code?: string }> = {
  'bpmn:Message': { ref: 'messageRef', prefix: 'message' },
  'bpmn:Error': { ref: 'errorRef', prefix: 'error', code: 'errorCode' },
  'bpmn:Signal': { ref: 'signalRef', prefix: 'signal' },
  'bpmn:Escalation': { ref: 'escalationRef', prefix: 'escalation', code: 'escalationCode' },
};

/** What events name and what is kept beside the processes of the file. */
function reference(type: Root, owner: (target: Target) => Moddle | undefined): Field {
  const { ref, prefix, code } = ROOTS[type];
  const roots = (target: Target) => list(definitionsOf(target.modeler), 'rootElements');
  const write = (target: Target, value: string) => {
    const place = owner(target);
    if (place) change(target, place, { [ref]: roots(target).find((root) => root.id === value) });
  };
  return {
    word: ref,
    kind: 'choice',
    options: (target) => named(target, type),
    read: (target) => (owner(target)?.get(ref) as Moddle | undefined)?.id ?? '',
    write,
    create: (target, name) => {
      const definitions = definitionsOf(target.modeler);
      const id = `${prefix}_${name.replace(/[^\w.-]/g, '_')}`;
      if (!roots(target).some((root) => root.id === id)) {
        const root = made(type, definitions, { id, name, ...(code ? { [code]: name } : {}) });
        change(target, definitions, { rootElements: [...roots(target), root] });
      }
      write(target, id);
    },
  };
}

/** Of an event that waits until something is so. */
const CONDITION = inner('condition', { word: 'condition', hint: 'condition' }, definitionOf);

const CORRELATION = attribute('dudao:correlation', {
  word: 'correlation', kind: 'expression', hint: 'correlation',
});
const INTERRUPTING = { word: 'cancelActivity', hint: 'cancelActivity' } as const;

/** The start of an event sub-process. */
function startsInside({ element }: Target): boolean {
  return is(element, 'bpmn:StartEvent') && element.$parent?.get('triggeredByEvent') === true;
}

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
    const isStart = is(target.element, 'bpmn:StartEvent');
    if (is(target.element, 'bpmn:CatchEvent') && (!isStart || startsInside(target))) fields.push(CORRELATION);
  }
  if (is(definition, 'bpmn:ErrorEventDefinition')) fields.push(reference('bpmn:Error', definitionOf));
  if (is(definition, 'bpmn:SignalEventDefinition')) fields.push(reference('bpmn:Signal', definitionOf));
  if (is(definition, 'bpmn:EscalationEventDefinition')) fields.push(reference('bpmn:Escalation', definitionOf));
  if (is(definition, 'bpmn:ConditionalEventDefinition')) fields.push(CONDITION);
  if (!is(definition, 'bpmn:ErrorEventDefinition')) {
    if (is(target.element, 'bpmn:BoundaryEvent')) fields.push(flag('cancelActivity', INTERRUPTING));
    if (startsInside(target)) fields.push(flag('isInterrupting', INTERRUPTING));
  }
  return fields.length > 0 ? [{ word: 'event', fields }] : [];
}
