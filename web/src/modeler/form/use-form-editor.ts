import { FormEditor } from '@bpmn-io/form-js-editor';
import { useEffect, useReducer, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import type { Part } from './fields';
import { written } from './schema';

const PAUSE_MS = 700;

export type Services = {
  modeling: {
    editFormField: (part: Part, values: object) => void;
    removeFormField: (part: Part, parent: Part, index: number) => void;
    moveFormField: (part: Part, from: Part, to: Part, fromIndex: number, toIndex: number) => void;
  };
  selection: { get: () => Part | null; set: (part: Part) => void };
  commandStack: { undo: () => void; redo: () => void; canUndo: () => boolean; canRedo: () => boolean };
};

export function part<Name extends keyof Services>(editor: FormEditor, name: Name): Services[Name] {
  return editor.get<Services[Name]>(name);
}

export function schemaOf(editor: FormEditor): Part {
  return editor._getState().schema as unknown as Part;
}

type Props = {
  place: RefObject<HTMLElement | null>;
  content: string;
  onEdit: (content: string) => void;
};
type Drawn = { editor: FormEditor | null; failed: string | null; write: () => string };

/** form-js' editor in `place`; the screen is drawn again with each change and each selection. */
export function useFormEditor({ place, content, onEdit }: Props): Drawn {
  const { i18n } = useTranslation();
  const [editor, setEditor] = useState<FormEditor | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const latest = useRef(content);
  const pending = useRef<(() => void) | null>(null);
  const told = useRef(onEdit);
  useEffect(() => {
    told.current = onEdit;
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let original: Part | null = null;
    // their panel is drawn where nobody sees it: ours has what the server honours
    const unseen = document.createElement('div');
    const view = new FormEditor({ container: element, propertiesPanel: { parent: unseen } });
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = () => {
      clearTimeout(timer);
      pending.current = null;
      if (!original) return;
      latest.current = written(view.getSchema() as unknown as Part, original);
      told.current(latest.current);
    };
    const read = async () => {
      original = JSON.parse(latest.current) as Part;
      await view.importSchema(original as never);
    };
    read().then(
      () => {
        if (isGone) return;
        view.on('selection.changed', redraw);
        view.on('commandStack.changed', () => {
          redraw();
          clearTimeout(timer);
          pending.current = write;
          timer = setTimeout(write, PAUSE_MS);
        });
        setFailed(null);
        setEditor(view);
      },
      (error: unknown) => {
        if (!isGone) setFailed(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isGone = true;
      pending.current?.();
      setEditor(null);
      view.destroy();
    };
  }, [place, i18n.language]);

  return {
    editor,
    failed,
    write: () => {
      pending.current?.();
      return latest.current;
    },
  };
}
