import type Modeler from 'bpmn-js/lib/Modeler';
import { useEffect, useReducer, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { createModeler } from './create-modeler';
import { approach } from './navigation';
import { service } from './services';

/** A change is handed on when the hand rests. */
const PAUSE_MS = 700;
const REDRAW = ['commandStack.changed', 'selection.changed', 'root.set', 'tokenSimulation.toggleMode'];

export type Drawn = {
  modeler: Modeler | null;
  failed: string | null;
  /** the file as drawn now */
  write: () => Promise<string | null>;
};

type Props = {
  place: RefObject<HTMLElement | null>;
  xml: string;
  isReadOnly: boolean;
  onEdit: (xml: string) => void;
};

/** The drawing in `place`; the screen is drawn again with each change and each selection. */
export function useModeler({ place, xml, isReadOnly, onEdit }: Props): Drawn {
  const { i18n } = useTranslation();
  const [drawn, setDrawn] = useState<{ view: Modeler; isReadOnly: boolean } | null>(null);
  // until it is drawn anew, one to look at is none to edit
  const modeler = drawn?.isReadOnly === isReadOnly ? drawn.view : null;
  const [failed, setFailed] = useState<string | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const pending = useRef<(() => Promise<void>) | null>(null);
  const told = useRef(onEdit);
  // what was drawn last survives a change of language
  const latest = useRef(xml);
  useEffect(() => {
    told.current = onEdit;
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const view = createModeler(element, i18n.language, isReadOnly);
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = async () => {
      clearTimeout(timer);
      pending.current = null;
      const written = (await view.saveXML({ format: true })).xml;
      if (!written) return;
      latest.current = written;
      told.current(written);
    };
    view.importXML(latest.current).then(
      () => {
        if (isGone) return;
        approach(view);
        service(view, 'eventBus').on(REDRAW, redraw);
        service(view, 'eventBus').on('commandStack.changed', () => {
          clearTimeout(timer);
          pending.current = write;
          timer = setTimeout(() => void write(), PAUSE_MS);
        });
        setFailed(null);
        setDrawn({ view, isReadOnly });
      },
      (error: unknown) => {
        if (!isGone) setFailed(error instanceof Error ? error.message : String(error));
      },
    );
    const observer = new ResizeObserver(() => {
      if (!isGone) service(view, 'canvas').resized();
    });
    observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
      setDrawn(null);
      void (pending.current?.() ?? Promise.resolve()).finally(() => {
        view.destroy();
      });
    };
  }, [place, isReadOnly, i18n.language]);

  return {
    modeler,
    failed,
    write: async () => {
      await pending.current?.();
      return modeler ? latest.current : null;
    },
  };
}
