import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './dmn-editor.css';

import DmnModeler from 'dmn-js/lib/Modeler';
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';

import { Note } from '../parts/note';
import type { EditorHandle } from './bpmn-editor';
import chinese from './dmn-words.json';

const PAUSE_MS = 700;

type View = { type: string; id: string; name?: string; element: { id: string; name?: string } };

function translation(language: string): object {
  const words: Record<string, string> = language === 'en' ? {} : chinese;
  const translate = (template: string, values: Record<string, unknown> = {}) =>
    (words[template] ?? template).replace(/\{([^}]+)\}/g, (_, name: string) => String(values[name.trim()] ?? `{${name}}`));
  return { additionalModules: [{ translate: ['value', translate] }] };
}

type Props = {
  content: string;
  isReadOnly: boolean;
  onEdit: (content: string) => void;
  ref?: Ref<EditorHandle>;
};

/** A decision file: its tables, and the graph of several that need each other. */
export default function DmnEditor({ content, isReadOnly, onEdit, ref }: Props) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [views, setViews] = useState<{ all: View[]; active: string }>({ all: [], active: '' });
  const [failed, setFailed] = useState<string | null>(null);
  const editor = useRef<DmnModeler | null>(null);
  const pending = useRef<(() => Promise<void>) | null>(null);
  const latest = useRef(content);
  const told = useRef(onEdit);
  useEffect(() => {
    told.current = onEdit;
  });
  useImperativeHandle(ref, () => ({
    write: async () => {
      await pending.current?.();
      return latest.current;
    },
  }));

  useEffect(() => {
    const container = place.current;
    if (!container) return undefined;
    const common = translation(i18n.language);
    const view = new DmnModeler({
      container,
      drd: common, decisionTable: common, literalExpression: common, boxedExpression: common,
    });
    editor.current = view;
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const write = async () => {
      clearTimeout(timer);
      pending.current = null;
      const { xml } = await view.saveXML({ format: true });
      if (xml === latest.current) return;
      latest.current = xml;
      told.current(xml);
    };
    view.on('views.changed', ({ views: all, activeView }) => {
      if (isGone) return;
      setViews({ all, active: activeView?.id ?? '' });
      if (isReadOnly) return;
      view.getActiveViewer()?.on('commandStack.changed', () => {
        clearTimeout(timer);
        pending.current = write;
        timer = setTimeout(() => void write(), PAUSE_MS);
      });
    });
    view.importXML(latest.current).then(
      () => {
        if (isGone) return;
        setFailed(null);
        // a file with one decision is its table; several are a graph first
        const decisions = view.getViews().filter((each) => each.type !== 'drd');
        if (decisions.length === 1 && decisions[0]) void view.open(decisions[0]);
      },
      (error: unknown) => {
        if (!isGone) setFailed(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isGone = true;
      editor.current = null;
      void (pending.current?.() ?? Promise.resolve()).finally(() => { view.destroy(); });
    };
  }, [isReadOnly, i18n.language]);

  const open = (id: string) => {
    const wanted = views.all.find((view) => view.id === id);
    if (wanted) void editor.current?.open(wanted);
  };
  return (
    <div className="dudao-dmn">
      {failed !== null && (
        <Note tone="overdue" live title={t('diagram.not_drawn')}>
          {t('model_editor.not_drawn_text')} <small lang="en">{failed}</small>
        </Note>
      )}
      {views.all.length > 1 && (
        <nav aria-label={t('model_part.dmn')} className="dudao-dmn-views">
          {views.all.map((view) => (
            <button
              key={view.id}
              type="button"
              aria-current={view.id === views.active ? 'true' : undefined}
              onClick={() => { open(view.id); }}
            >
              {view.type === 'drd' ? t('model_part.graph') : (view.element.name ?? view.element.id)}
            </button>
          ))}
        </nav>
      )}
      <div ref={place} className="dudao-dmn-place" inert={isReadOnly} hidden={failed !== null} />
    </div>
  );
}
