import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './canvas.css';

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { DiagramProcess } from '../api/types';
import { Note } from '../parts/note';
import { CanvasButtons } from './canvas-buttons';
import { decorate, type Mark } from './marks';
import { translateModule } from './translate';

type Box = { x: number; y: number; width: number; height: number };
type Canvas = {
  zoom: (to?: number | 'fit-viewport', center?: 'auto') => number;
  viewbox: (box?: Box) => { inner: Box; outer: { width: number; height: number } };
  addMarker: (id: string, marker: string) => void;
  resized: () => void;
};
type Overlays = { add: (id: string, overlay: object) => void };
type Shape = Box & { id: string; businessObject?: { calledElement?: string } };
type Registry = {
  get: (id: string) => Shape | undefined;
  filter: (test: (shape: Shape) => boolean) => Shape[];
};
type EventBus = { on: (name: string, listener: (event: ClickEvent) => void) => void };
type ClickEvent = { element: Shape };

/** Below this scale Chinese labels of 12 px are no longer legible. */
const READABLE = 0.75;
const MARGIN = 40;

type Props = {
  process: DiagramProcess;
  label: string;
  /** a call activity was clicked */
  onCall: (key: string) => void;
  facts: Record<string, string>;
  /** the element to come near to and to mark */
  at?: string;
  onElement?: (elementId: string) => void;
  /** numbers and shades on elements; may change without drawing anew */
  marks?: Mark[];
};

const NO_MARKS: Mark[] = [];

/** The drawing of one process with done and current marked. Wheel and drag move it. */
export default function DiagramCanvas({ process, label, onCall, facts, at, onElement, marks = NO_MARKS }: Props) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const viewer = useRef<NavigatedViewer | null>(null);
  const latest = useRef({ onCall, facts, onElement });
  const [hovered, hover] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [drawn, setDrawn] = useState<NavigatedViewer | null>(null);
  // before the drawing's own effect, so that its marks are gone before the drawing is
  useEffect(() => (drawn ? decorate(drawn, marks) : undefined), [drawn, marks]);
  useEffect(() => {
    latest.current = { onCall, facts, onElement };
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const view = new NavigatedViewer({
      container: element,
      additionalModules: [translateModule(i18n.language)],
    });
    viewer.current = view;
    let isGone = false;
    view.importXML(process.xml).then(
      () => {
        if (isGone) return;
        setFailed(null);
        mark(view, process);
        fit(view);
        approach(view, process, at);
        setDrawn(view);
        view.get<EventBus>('eventBus').on('element.click', ({ element: clicked }) => {
          const key = clicked.businessObject?.calledElement;
          if (key) latest.current.onCall(key);
          else if (latest.current.facts[clicked.id]) latest.current.onElement?.(clicked.id);
        });
        const bus = view.get<EventBus>('eventBus');
        bus.on('element.hover', ({ element: under }) => { hover(under.id); });
        bus.on('element.out', () => { hover(null); });
      },
      (error: unknown) => {
        if (!isGone) setFailed(error instanceof Error ? error.message : String(error));
      },
    );
    const observer = new ResizeObserver(() => {
      if (!isGone) view.get<Canvas>('canvas').resized();
    });
    observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
      viewer.current = null;
      setDrawn(null);
      view.destroy();
    };
  }, [process, at, i18n.language]);

  const zoom = (by: number) => {
    const canvas = viewer.current?.get<Canvas>('canvas');
    if (canvas) canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * by)), 'auto');
  };
  return (
    <div className="dudao-canvas">
      {failed && (
        <div className="dudao-canvas-failed">
          <Note title={t('diagram.not_drawn')}>
            {t('diagram.not_drawn_text')} <small lang="en">{failed}</small>
          </Note>
        </div>
      )}
      <div ref={place} className="dudao-canvas-place" hidden={failed !== null} role="group" aria-label={label} />
      {hovered && facts[hovered] && <p className="dudao-fact">{facts[hovered]}</p>}
      {!failed && (
        <CanvasButtons
          zoom={zoom}
          fit={() => {
            if (viewer.current) fit(viewer.current);
          }}
        />
      )}
    </div>
  );
}

function fit(viewer: NavigatedViewer): void {
  const canvas = viewer.get<Canvas>('canvas');
  canvas.resized();
  // a small drawing is not blown up
  if (canvas.zoom('fit-viewport', 'auto') > 1) canvas.zoom(1, 'auto');
}

/** A long model drawn whole cannot be read: come near to where the case stands, or to its start. */
function approach(viewer: NavigatedViewer, process: DiagramProcess, sought?: string): void {
  const canvas = viewer.get<Canvas>('canvas');
  const registry = viewer.get<Registry>('elementRegistry');
  if (sought && registry.get(sought)) canvas.addMarker(sought, 'is-sought');
  if (canvas.zoom() >= READABLE) return;
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / READABLE;
  const height = outer.height / READABLE;
  const ids = [...(sought ? [sought] : []), ...process.current.map((current) => current.element_id), ...process.done.slice(-1)];
  const at = ids.map((id) => registry.get(id)).find((element) => element !== undefined);
  const middle = (from: number, size: number) => from + size / 2;
  const x = at ? middle(at.x, at.width) - width / 2 : inner.x - MARGIN;
  const fits = inner.height <= height;
  const y = fits ? middle(inner.y, inner.height) : at ? middle(at.y, at.height) : inner.y + height / 2;
  canvas.viewbox({ x, y: y - height / 2 - (fits || at ? 0 : MARGIN), width, height });
}

function mark(viewer: NavigatedViewer, process: DiagramProcess): void {
  const canvas = viewer.get<Canvas>('canvas');
  const overlays = viewer.get<Overlays>('overlays');
  const registry = viewer.get<Registry>('elementRegistry');
  const calls = registry.filter((shape) => Boolean(shape.businessObject?.calledElement));
  for (const { id } of calls) canvas.addMarker(id, 'is-call');
  for (const id of process.done) if (registry.get(id)) canvas.addMarker(id, 'is-done');
  for (const { element_id: id, count } of process.current) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, 'is-current');
    if (count > 1) {
      const badge = document.createElement('span');
      badge.className = 'dudao-tokens';
      badge.textContent = String(count);
      overlays.add(id, { position: { top: -12, right: 12 }, html: badge });
    }
  }
}
