import type Modeler from 'bpmn-js/lib/Modeler';

import { is, list, service, type Moddle, type Shape } from './services';

const READABLE = 0.75;
const MARGIN = 40;

/** The shape of an element; for a process in a pool, the pool. */
export function shapeOf(modeler: Modeler, id: string): Shape | undefined {
  const registry = service(modeler, 'elementRegistry');
  const found = registry.get(id);
  if (found) return found;
  return registry.filter((shape) => {
    const process = is(shape.businessObject, 'bpmn:Participant')
      ? (shape.businessObject.get('processRef') as Moddle | undefined)
      : undefined;
    return process?.id === id;
  })[0];
}

/** Selects an element and brings it into sight; false when nothing of that name is drawn. */
export function goTo(modeler: Modeler, id: string): boolean {
  const shape = shapeOf(modeler, id);
  if (!shape) return false;
  const canvas = service(modeler, 'canvas');
  const selection = service(modeler, 'selection');
  const root = canvas.findRoot(shape);
  if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
  if (shape === root) {
    selection.select(null);
  } else {
    selection.select(shape);
    canvas.scrollToElement(shape, 80);
  }
  return true;
}

/** What is edited: the selected element, or the process where nothing is selected. */
export function selectedOf(modeler: Modeler): Shape | undefined {
  const [selected] = service(modeler, 'selection').get();
  if (selected) return selected.labelTarget ?? selected;
  const root = service(modeler, 'canvas').getRootElement();
  if (!is(root.businessObject, 'bpmn:Collaboration')) return root;
  const [first] = list(root.businessObject, 'participants');
  return first?.id ? service(modeler, 'elementRegistry').get(first.id) : root;
}

export function fit(modeler: Modeler): void {
  const canvas = service(modeler, 'canvas');
  canvas.resized();
  if (canvas.zoom('fit-viewport', 'auto') > 1) canvas.zoom(1, 'auto');
}

/** A long model is opened at its beginning, large enough to be read. */
export function approach(modeler: Modeler): void {
  fit(modeler);
  const canvas = service(modeler, 'canvas');
  if (canvas.zoom() >= READABLE) return;
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / READABLE;
  const height = outer.height / READABLE;
  const isLow = inner.height <= height;
  const y = isLow ? inner.y + (inner.height - height) / 2 : inner.y - MARGIN;
  canvas.viewbox({ x: inner.x - MARGIN, y, width, height });
}

export function zoomBy(modeler: Modeler, by: number): void {
  const canvas = service(modeler, 'canvas');
  canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * by)), 'auto');
}

