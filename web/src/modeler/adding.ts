import type Modeler from 'bpmn-js/lib/Modeler';

import { is, service, type Shape } from './services';

const TYPES = {
  user: 'bpmn:UserTask',
  service: 'bpmn:ServiceTask',
  script: 'bpmn:ScriptTask',
  rule: 'bpmn:BusinessRuleTask',
  receive: 'bpmn:ReceiveTask',
  call: 'bpmn:CallActivity',
  exclusive: 'bpmn:ExclusiveGateway',
  parallel: 'bpmn:ParallelGateway',
  end: 'bpmn:EndEvent',
} as const;
export type Addable = keyof typeof TYPES;
export const ADDABLE = Object.keys(TYPES) as Addable[];

/** Room that a step and the flows beside it take. */
const ROOM = 160;

/** A step behind this one, or in the middle of this flow; it is selected then. */
export function addAfter(modeler: Modeler, at: Shape, kind: string): void {
  const type = TYPES[kind as Addable];
  const shape = service(modeler, 'elementFactory').createShape({ type });
  const made = is(at.businessObject, 'bpmn:SequenceFlow')
    ? intoFlow(modeler, at, shape)
    : service(modeler, 'autoPlace').append(at, shape);
  service(modeler, 'selection').select(made);
}

/** What stands right of the flow's end moves over, as with the space tool; then the flow is cut. */
function intoFlow(modeler: Modeler, flow: Shape, shape: Shape): Shape {
  const modeling = service(modeler, 'modeling');
  const { source, target } = flow;
  const start = target ? target.x - 10 : 0;
  if (source && target && target.x - (source.x + source.width) < ROOM) {
    const tool = service(modeler, 'spaceTool');
    const all = service(modeler, 'elementRegistry').filter((each) => each.parent !== undefined);
    const { movingShapes, resizingShapes } = tool.calculateAdjustments(all, 'x', ROOM, start);
    tool.makeSpace(movingShapes, resizingShapes, { x: ROOM, y: 0 }, 'e', start);
  }
  return modeling.createShape(shape, middleOf(flow), flow);
}

/** The middle of the longest piece of a line. */
function middleOf({ waypoints = [] }: Shape): { x: number; y: number } {
  const pieces = waypoints.slice(1).map((to, index) => {
    const from = waypoints[index] ?? to;
    const length = Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
    return { length, x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  });
  const longest = pieces.sort((a, b) => b.length - a.length)[0];
  return { x: longest?.x ?? 0, y: longest?.y ?? 0 };
}

/** A timer on the edge of an activity, low on its right side. */
export function addTimer(modeler: Modeler, host: Shape): void {
  const shape = service(modeler, 'elementFactory').createShape({
    type: 'bpmn:BoundaryEvent',
    eventDefinitionType: 'bpmn:TimerEventDefinition',
    cancelActivity: false,
  });
  const others = service(modeler, 'elementRegistry').filter((each) => each.host === host).length;
  const at = { x: host.x + host.width - 20 - others * 44, y: host.y + host.height };
  const made = service(modeler, 'modeling').createShape(shape, at, host, { attach: true });
  service(modeler, 'selection').select(made);
}

export function remove(modeler: Modeler, shape: Shape): void {
  service(modeler, 'modeling').removeElements([shape]);
}
