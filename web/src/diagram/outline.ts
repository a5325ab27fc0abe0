import type { DiagramProcess } from '../api/types';

export type StepKind = 'task' | 'call' | 'subprocess' | 'event' | 'gateway';
export type StepState = 'done' | 'current' | 'ahead';
export type Step = {
  id: string;
  name: string;
  kind: StepKind;
  depth: number;
  /** the process a call activity opens */
  calls: string | null;
};

const KINDS: Record<string, StepKind> = {
  task: 'task', userTask: 'task', serviceTask: 'task', scriptTask: 'task', businessRuleTask: 'task',
  sendTask: 'task', receiveTask: 'task', manualTask: 'task',
  callActivity: 'call', subProcess: 'subprocess', transaction: 'subprocess',
  startEvent: 'event', endEvent: 'event', intermediateCatchEvent: 'event',
  intermediateThrowEvent: 'event', boundaryEvent: 'event',
  exclusiveGateway: 'gateway', parallelGateway: 'gateway', inclusiveGateway: 'gateway',
  eventBasedGateway: 'gateway', complexGateway: 'gateway',
};

/** In which group of words an element of this kind is called. */
export function kindOf(element: string): StepKind {
  return KINDS[element] ?? 'event';
}

function children(node: Element, name: string): Element[] {
  return Array.from(node.children).filter((child) => child.localName === name);
}

/** The nodes of one level in reading order: along the flows from the start, then what is left. */
function inOrder(scope: Element): Element[] {
  const nodes = Array.from(scope.children).filter((child) => child.localName in KINDS);
  const byId = new Map(nodes.map((node) => [node.getAttribute('id') ?? '', node]));
  const next = new Map<string, string[]>();
  const link = (from: string, to: string) => next.set(from, [...(next.get(from) ?? []), to]);
  for (const flow of children(scope, 'sequenceFlow')) {
    link(flow.getAttribute('sourceRef') ?? '', flow.getAttribute('targetRef') ?? '');
  }
  for (const node of nodes) {
    const host = node.getAttribute('attachedToRef');
    if (host) link(host, node.getAttribute('id') ?? '');
  }
  const seen = new Set<string>();
  const queue = nodes.filter((node) => node.localName === 'startEvent').map((n) => n.getAttribute('id') ?? '');
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (seen.has(id) || !byId.has(id)) continue;
    seen.add(id);
    queue.push(...(next.get(id) ?? []));
  }
  const walked = [...seen].flatMap((id) => byId.get(id) ?? []);
  return [...walked, ...nodes.filter((node) => !seen.has(node.getAttribute('id') ?? ''))];
}

function stepsOf(scope: Element, depth: number): Step[] {
  return inOrder(scope).flatMap((node) => {
    const kind = KINDS[node.localName];
    if (!kind) return [];
    const step: Step = {
      id: node.getAttribute('id') ?? '',
      name: (node.getAttribute('name') ?? '').replace(/\s+/g, ' ').trim(),
      kind,
      depth,
      calls: node.getAttribute('calledElement'),
    };
    return [step, ...(kind === 'subprocess' ? stepsOf(node, depth + 1) : [])];
  });
}

/** The steps of the (first) process in a BPMN document; the same as a list for who cannot see it. */
export function outline(xml: string): Step[] {
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  const process = Array.from(document.documentElement.children).find((n) => n.localName === 'process');
  return process ? stepsOf(process, 0) : [];
}

/** done, current (how many tokens) or ahead, for each element of a process. */
export function stateOf(process: Pick<DiagramProcess, 'done' | 'current'>, id: string): StepState {
  if (process.current.some((current) => current.element_id === id)) return 'current';
  return process.done.includes(id) ? 'done' : 'ahead';
}

export function tokensAt(process: Pick<DiagramProcess, 'current'>, id: string): number {
  return process.current
    .filter((current) => current.element_id === id)
    .reduce((sum, current) => sum + current.count, 0);
}
