import type Modeler from 'bpmn-js/lib/Modeler';
import { BpmnModdle } from 'bpmn-moddle';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import { describe, expect, it } from 'vitest';

import dialect from '../dialect.json';
import ours from '../dudao-moddle.json';
import type { Moddle, Shape } from '../services';
import { NO_VOCABULARY } from '../vocabulary';
import type { Context } from './field';
import { sectionsOf } from './sections';

type Honoured = { key: string; on: string };
type Settable = Moddle & { set: (name: string, value: unknown) => void };
const moddle = new BpmnModdle({ camunda, dudao: ours });
const create = (type: string, values?: object) => moddle.create(type, values) as Settable;

/** What a field writes that stands in no attribute of ours: the standard's own, edited here as well. */
const STANDARD = new Set(['id', 'name', 'cancelActivity', 'isInterrupting', 'isSequential', 'attachedToRef', 'default']);

function put(owner: Moddle, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) (owner as Settable).set(name, value);
}

/** An element of this kind, with what must stand in it before anything can be said of it. */
function drawn(kind: string, definition: string, isInner: boolean): Context {
  const type = `bpmn:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const element = create(type, { id: 'one' });
  if (definition) put(element, { eventDefinitions: [create(`bpmn:${definition}EventDefinition`)] });
  else if (/Task|Activity|ubProcess|transaction/.test(kind)) {
    put(element, { loopCharacteristics: create('bpmn:MultiInstanceLoopCharacteristics') });
  }
  const process = isInner
    ? create('bpmn:SubProcess', { id: 'p', flowElements: [element], triggeredByEvent: true })
    : create('bpmn:Process', { id: 'p', flowElements: [element] });
  element.$parent = process;
  const definitions = create('bpmn:Definitions', { rootElements: [process], targetNamespace: 't' });
  const change = (_: Shape, owner: Moddle, values: Record<string, unknown>) => { put(owner, values); };
  const services = {
    modeling: {
      updateModdleProperties: change,
      updateProperties: (_: Shape, values: Record<string, unknown>) => { put(element, values); },
    },
  };
  const modeler = {
    get: (name: keyof typeof services) => services[name], getDefinitions: () => definitions,
  } as unknown as Modeler;
  return { modeler, shape: { businessObject: element } as unknown as Shape, element, vocabulary: NO_VOCABULARY };
}

/** Says something in every field that the panel shows, also in those that appear by it; then saves. */
async function filledIn(context: Context): Promise<string> {
  for (const round of ['first', 'second']) {
    for (const field of sectionsOf(context).flatMap((section) => section.fields)) {
      if (round === 'second' && field.read(context) !== '') continue;
      const [first] = field.options?.(context) ?? [];
      const last = field.word === 'signRule' ? 'vote' : first?.value;
      field.write(context, field.kind === 'switch' ? 'true' : field.kind === 'number' ? '7' : (last ?? 'x'));
    }
  }
  const definitions = context.modeler.getDefinitions() as unknown as Moddle;
  return (await moddle.toXML(definitions)).xml;
}

function attributes(tag: string | undefined): string[] {
  return [...(tag ?? '').matchAll(/\s([\w:]+)="/g)].map(([, name]) => name ?? '');
}

/** `element camunda:formKey`, `loop camunda:collection`, `child dudao:signOff/rule`, as the table has them. */
function said(kind: string, xml: string): string[] {
  const tag = (name: string) => new RegExp(`<${name}[\\s>][^>]*`).exec(xml)?.[0];
  const named = (place: string, names: string[]) => names.filter((name) => !STANDARD.has(name)).map((name) => `${place} ${name}`);
  return [
    ...named('element', attributes(tag(`bpmn:${kind}`))),
    ...named('loop', attributes(tag('bpmn:multiInstanceLoopCharacteristics'))),
    ...attributes(tag('dudao:signOff')).map((name) => `child dudao:signOff/${name}`),
    ...(xml.includes('<bpmn:script>') ? ['child bpmn:script'] : []),
  ];
}

describe('the properties panel', () => {
  it.each(Object.entries(dialect.elements as Record<string, Honoured[]>))(
    'offers for %s what the engine honours there, and nothing else',
    async (kind, honoured) => {
      const events = (dialect.events as Record<string, string[]>)[kind] ?? [];
      const inner = kind === 'startEvent' ? dialect.event_sub_starts : [];
      const cases: [string, boolean][] = [['', false], ...events.map((name): [string, boolean] => [name, false]),
        ...inner.map((name): [string, boolean] => [name, true])];
      const offered = new Set<string>();
      for (const [name, isInner] of cases) {
        const definition = name.charAt(0).toUpperCase() + name.slice(1);
        for (const each of said(kind, await filledIn(drawn(kind, definition, isInner)))) offered.add(each);
      }
      expect([...offered].sort()).toEqual(honoured.map(({ on, key }) => `${on} ${key}`).sort());
    },
  );
});
