import type Modeler from 'bpmn-js/lib/Modeler';

/** What we use of bpmn-js' services and of the moddle objects behind a drawing. */
export type Moddle = {
  $type: string;
  $attrs: Record<string, unknown>;
  $parent?: Moddle;
  $instanceOf: (type: string) => boolean;
  $descriptor: { properties: { name: string; ns: { prefix: string; localName: string } }[] };
  $model: { create: (type: string, values?: object) => Moddle; ids: { assigned: (id: string) => unknown } };
  get: (name: string) => unknown;
  id?: string;
  name?: string;
};
export type Box = { x: number; y: number; width: number; height: number };
export type Shape = Box & {
  id: string;
  type: string;
  businessObject: Moddle;
  parent?: Shape;
  host?: Shape;
  labelTarget?: Shape;
  incoming: Shape[];
  outgoing: Shape[];
  source?: Shape;
  target?: Shape;
  waypoints?: { x: number; y: number }[];
};
type Modeling = {
  updateProperties: (shape: Shape, values: object) => void;
  updateModdleProperties: (shape: Shape, owner: Moddle, values: object) => void;
  createShape: (shape: object, at: object, parent: Shape, hints?: object) => Shape;
  removeElements: (shapes: Shape[]) => void;
};
type Adjustments = { movingShapes: Shape[]; resizingShapes: Shape[] };
type Services = {
  canvas: {
    zoom: (to?: number | 'fit-viewport', center?: 'auto') => number;
    viewbox: (box?: Box) => { inner: Box; outer: { width: number; height: number } };
    addMarker: (id: string, marker: string) => void;
    removeMarker: (id: string, marker: string) => void;
    resized: () => void;
    getRootElement: () => Shape;
    setRootElement: (root: Shape) => void;
    findRoot: (shape: Shape) => Shape | undefined;
    scrollToElement: (shape: Shape, padding?: number) => void;
    getContainer: () => HTMLElement;
  };
  elementRegistry: {
    get: (id: string) => Shape | undefined;
    filter: (test: (shape: Shape) => boolean) => Shape[];
    getAll: () => Shape[];
  };
  selection: { get: () => Shape[]; select: (shape: Shape | null) => void };
  modeling: Modeling;
  overlays: { add: (id: string, type: string, overlay: object) => void; remove: (filter: object) => void };
  eventBus: {
    on: (names: string | string[], listener: (event: Record<string, unknown>) => void) => void;
    off: (names: string | string[], listener: (event: Record<string, unknown>) => void) => void;
  };
  commandStack: { canUndo: () => boolean; canRedo: () => boolean; undo: () => void; redo: () => void };
  elementFactory: { createShape: (of: object) => Shape };
  autoPlace: { append: (source: Shape, shape: Shape) => Shape };
  spaceTool: {
    calculateAdjustments: (shapes: Shape[], axis: 'x', delta: number, start: number) => Adjustments;
    makeSpace: (
      moving: Shape[], resizing: Shape[], delta: { x: number; y: number }, direction: 'e', start: number,
    ) => void;
  };
  toggleMode: { toggleMode: (active?: boolean) => void };
};

export function service<Name extends keyof Services>(modeler: Modeler, name: Name): Services[Name] {
  return modeler.get<Services[Name]>(name);
}

/** The definitions that are drawn. */
export function definitionsOf(modeler: Modeler): Moddle {
  return modeler.getDefinitions() as unknown as Moddle;
}

export function list(owner: Moddle | undefined, name: string): Moddle[] {
  return (owner?.get(name) as Moddle[] | undefined) ?? [];
}

export function is(owner: Moddle | undefined, ...types: string[]): boolean {
  return owner !== undefined && types.some((type) => owner.$instanceOf(type));
}

export function text(owner: Moddle | undefined, name: string): string {
  const value = owner?.get(name);
  return value === undefined || value === null ? '' : String(value);
}

const numbers = new WeakMap<object, number>();
let last = 0;

/** The same number for the same object, also when its id is edited. */
export function identityOf(element: Moddle): number {
  const known = numbers.get(element);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(element, last);
  return last;
}
