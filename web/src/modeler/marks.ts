import type Modeler from 'bpmn-js/lib/Modeler';

import { shapeOf } from './navigation';
import { service } from './services';

const MARKER = 'has-fault';
const OVERLAY = 'fault';

/** Draws a red edge and a number at every element that has faults; answers how to take them away. */
export function markFaults(modeler: Modeler, ids: string[], label: (count: number) => string): () => void {
  const canvas = service(modeler, 'canvas');
  const overlays = service(modeler, 'overlays');
  const counts = new Map<string, number>();
  for (const id of ids) {
    const shape = shapeOf(modeler, id);
    if (shape?.parent) counts.set(shape.id, (counts.get(shape.id) ?? 0) + 1);
  }
  for (const [id, count] of counts) {
    canvas.addMarker(id, MARKER);
    const badge = document.createElement('span');
    badge.className = 'dudao-fault';
    badge.textContent = String(count);
    badge.title = label(count);
    overlays.add(id, OVERLAY, { position: { top: -10, left: -10 }, html: badge });
  }
  return () => {
    overlays.remove({ type: OVERLAY });
    for (const id of counts.keys()) {
      if (service(modeler, 'elementRegistry').get(id)) canvas.removeMarker(id, MARKER);
    }
  };
}
