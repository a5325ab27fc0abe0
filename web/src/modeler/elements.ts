import { is, list, text, type Moddle } from './services';

export type ElementKind =
  | 'process' | 'user' | 'service' | 'script' | 'rule' | 'receive' | 'call' | 'subprocess'
  | 'event' | 'gateway' | 'flow' | 'other';
export type Entry = { id: string; name: string; kind: ElementKind; depth: number; element: Moddle };

const KINDS: [string, ElementKind][] = [
  ['bpmn:UserTask', 'user'],
  ['bpmn:SendTask', 'service'],
  ['bpmn:ServiceTask', 'service'],
  ['bpmn:ScriptTask', 'script'],
  ['bpmn:BusinessRuleTask', 'rule'],
  ['bpmn:ReceiveTask', 'receive'],
  ['bpmn:CallActivity', 'call'],
  ['bpmn:SubProcess', 'subprocess'],
  ['bpmn:Event', 'event'],
  ['bpmn:Gateway', 'gateway'],
  ['bpmn:SequenceFlow', 'flow'],
  ['bpmn:Process', 'process'],
  ['bpmn:Participant', 'process'],
];

export function kindOf(element: Moddle): ElementKind {
  return KINDS.find(([type]) => is(element, type))?.[1] ?? 'other';
}

/** Every element that can be edited, in reading order: a process, its steps along the flows. */
export function entriesOf(definitions: Moddle): Entry[] {
  const roots = list(definitions, 'rootElements');
  const pools = roots
    .filter((root) => is(root, 'bpmn:Collaboration'))
    .flatMap((root) => list(root, 'participants'));
  return roots
    .filter((root) => is(root, 'bpmn:Process'))
    .flatMap((process) => {
      const pool = pools.find((one) => one.get('processRef') === process);
      // a pool stands for its process: that is what is drawn and selected
      return [entry(pool ?? process, 0, text(process, 'name')), ...stepsOf(process, 1)];
    });
}

function entry(element: Moddle, depth: number, name = text(element, 'name')): Entry {
  const said = name.replace(/\s+/g, ' ').trim();
  return { id: element.id ?? '', name: said, kind: kindOf(element), depth, element };
}

function stepsOf(scope: Moddle, depth: number): Entry[] {
  return inOrder(list(scope, 'flowElements')).flatMap((node) => [
    entry(node, depth),
    ...(is(node, 'bpmn:SubProcess') ? stepsOf(node, depth + 1) : []),
    ...(is(node, 'bpmn:ExclusiveGateway') ? waysOut(node, depth + 1) : []),
  ]);
}

/** The ways out of a gateway carry conditions. */
function waysOut(gateway: Moddle, depth: number): Entry[] {
  return list(gateway, 'outgoing').map((flow) => {
    const to = text(flow.get('targetRef') as Moddle | undefined, 'name');
    return entry(flow, depth, [text(flow, 'name'), to && `→ ${to}`].filter(Boolean).join(' '));
  });
}

function inOrder(elements: Moddle[]): Moddle[] {
  const nodes = elements.filter((element) => is(element, 'bpmn:FlowNode'));
  const events = nodes.filter((node) => is(node, 'bpmn:BoundaryEvent'));
  const seen = new Set<Moddle>();
  const queue = nodes.filter((node) => is(node, 'bpmn:StartEvent'));
  for (let node = queue.shift(); node; node = queue.shift()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const host = node;
    queue.push(...events.filter((event) => event.get('attachedToRef') === host));
    queue.push(...list(node, 'outgoing').flatMap((flow) => (flow.get('targetRef') as Moddle | undefined) ?? []));
  }
  return [...seen, ...nodes.filter((node) => !seen.has(node))];
}
