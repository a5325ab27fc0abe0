declare module 'camunda-bpmn-moddle/resources/camunda.json' {
  const descriptor: object;
  export default descriptor;
}
declare module 'bpmn-js-token-simulation/lib/modeler' {
  const module: object;
  export default module;
}
declare module 'dmn-js/lib/Modeler' {
  type View = { type: string; id: string; name?: string; element: { id: string; name?: string } };
  type Viewer = { on: (name: string, listener: () => void) => void };
  export default class DmnModeler {
    constructor(options: object);
    importXML(xml: string): Promise<unknown>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    on(name: 'views.changed', listener: (event: { views: View[]; activeView?: View }) => void): void;
    getActiveViewer(): Viewer | undefined;
    getViews(): View[];
    open(view: View): Promise<unknown>;
    destroy(): void;
  }
}
declare module 'bpmn-js-differ' {
  type Element = { id: string };
  type Marks = Record<string, Element | { model: Element }>;
  export function diff(
    before: unknown,
    after: unknown,
  ): { _added: Marks; _removed: Marks; _changed: Marks; _layoutChanged: Marks };
}

declare module 'bpmn-moddle' {
  export class BpmnModdle {
    constructor(packages: Record<string, object>);
    create(type: string, values?: object): unknown;
    toXML(element: object): Promise<{ xml: string }>;
  }
}
