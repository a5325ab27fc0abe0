/** What is written on one element of a drawing: a shade, numbers above it, a frame. */
export type Mark = {
  id: string;
  /** how much, 1 (little) to 5; the number itself is a badge */
  level?: number;
  badges?: { kind: 'waiting' | 'incident' | 'done' | 'heat'; text: string }[];
  isChosen?: boolean;
  /** another class of canvas.css */
  marker?: string;
};

type Canvas = {
  addMarker: (id: string, marker: string) => void;
  removeMarker: (id: string, marker: string) => void;
};
type Overlays = { add: (id: string, overlay: object) => string; remove: (id: string) => void };
type Registry = { get: (id: string) => object | undefined };
type Viewer = { get: <Service>(name: string) => Service };

/** Writes the marks on the drawing; the answer takes them off again. */
export function decorate(viewer: Viewer, marks: Mark[]): () => void {
  const canvas = viewer.get<Canvas>('canvas');
  const overlays = viewer.get<Overlays>('overlays');
  const registry = viewer.get<Registry>('elementRegistry');
  const undo: (() => void)[] = [];
  const put = (id: string, marker: string) => {
    canvas.addMarker(id, marker);
    undo.push(() => { canvas.removeMarker(id, marker); });
  };
  for (const { id, level, badges = [], isChosen, marker } of marks) {
    if (!registry.get(id)) continue;
    if (level !== undefined) put(id, `is-heat-${String(level)}`);
    if (isChosen) put(id, 'is-chosen');
    if (marker) put(id, marker);
    if (badges.length === 0) continue;
    const overlay = overlays.add(id, { position: { top: -14, left: -4 }, html: row(badges) });
    undo.push(() => { overlays.remove(overlay); });
  }
  return () => {
    for (const each of undo) each();
  };
}

function row(badges: NonNullable<Mark['badges']>): HTMLElement {
  const place = document.createElement('span');
  place.className = 'dudao-badges';
  for (const { kind, text } of badges) {
    const badge = document.createElement('span');
    badge.className = `dudao-badge is-${kind}`;
    badge.textContent = text;
    place.append(badge);
  }
  return place;
}
