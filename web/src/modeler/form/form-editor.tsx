import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import '../../forms/form-view.css';
import './form-editor.css';

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';

import { FormView } from '../../forms/form-view';
import { Note } from '../../parts/note';
import type { EditorHandle } from '../bpmn-editor';
import type { Vocabulary } from '../vocabulary';
import { nameOf, type Part } from './fields';
import { PartPanel } from './part-panel';
import { find, rowsOf } from './schema';
import { part, schemaOf, useFormEditor } from './use-form-editor';
import styles from '../bpmn-editor.module.css';

const NOTHING = {};
const NO_UPLOADS = { upload: () => Promise.reject(new Error('nothing is uploaded while a form is tried')) };

type Props = {
  content: string;
  vocabulary: Vocabulary;
  onEdit: (content: string) => void;
  ref?: Ref<EditorHandle>;
};

/** A form: list of its fields, drawing, properties; and the form as it will be filled in. */
export default function FormDesigner({ content, vocabulary, onEdit, ref }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const { editor, failed, write } = useFormEditor({ place, content, onEdit });
  const [tried, setTried] = useState<Part | null>(null);
  useImperativeHandle(ref, () => ({ write: () => Promise.resolve(write()) }));

  const schema = editor ? schemaOf(editor) : null;
  const selected = editor && schema ? (find(schema, part(editor, 'selection').get()?.id) ?? schema) : null;
  const stack = editor ? part(editor, 'commandStack') : null;
  return (
    <div className={styles.editor}>
      <nav className={styles.list} aria-label={t('model_form.fields')}>
        <ul>
          {schema && editor && rowsOf(schema).map(({ part: row, depth }) => (
            <li key={row.id}>
              <button
                type="button"
                className={styles.entry}
                aria-current={row.id === selected?.id ? 'true' : undefined}
                style={{ paddingInlineStart: `${0.75 + depth}em` }}
                onClick={() => { part(editor, 'selection').set(row); }}
              >
                <span className={styles.kind}>{t(`form_part.${row.type as 'text'}`, row.type)}</span>
                <span className={styles.entryName}>{nameOf(row)}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.drawing}>
        <div className={styles.toolbar} role="toolbar" aria-label={t('model_editor.toolbar')}>
          <Button size="small" aria-label={t('model_editor.undo')} icon={<UndoOutlined />} disabled={!stack?.canUndo()} onClick={() => { stack?.undo(); }} />
          <Button size="small" aria-label={t('model_editor.redo')} icon={<RedoOutlined />} disabled={!stack?.canRedo()} onClick={() => { stack?.redo(); }} />
          {editor && schema && selected && selected !== schema && (
            <Moves schema={schema} chosen={selected} modeling={part(editor, 'modeling')} />
          )}
          <span className={styles.gap} />
          <Segmented
            size="small"
            value={tried ? 'try' : 'design'}
            options={[
              { value: 'design', label: t('model_form.design') },
              { value: 'try', label: t('model_form.try') },
            ]}
            onChange={(next) => { setTried(next === 'try' ? (JSON.parse(write()) as Part) : null); }}
          />
        </div>
        {failed !== null && (
          <div className={styles.failed}>
            <Note tone="overdue" live title={t('diagram.not_drawn')}>
              {t('model_editor.not_drawn_text')} <small lang="en">{failed}</small>
            </Note>
          </div>
        )}
        <div ref={place} className="dudao-form-editor" hidden={failed !== null || tried !== null} />
        {tried && (
          <div className="dudao-form-tried">
            <FormView
              schema={tried} values={NOTHING} files={[]} isReadOnly={false} uploads={NO_UPLOADS as never}
              onEdit={() => undefined}
            />
          </div>
        )}
      </div>
      <aside className={styles.panel} aria-label={t('model_editor.properties')}>
        {editor && selected && (
          <>
            {selected === schema && <p className={styles.hint}>{t('model_form.choose')}</p>}
            <PartPanel
              part={selected}
              vocabulary={vocabulary}
              onEdit={(values) => { part(editor, 'modeling').editFormField(selected, values); }}
            />
          </>
        )}
      </aside>
    </div>
  );
}

type MovesProps = {
  schema: Part;
  chosen: Part;
  modeling: ReturnType<typeof part<'modeling'>>;
};

/** What dragging does, for the keyboard. */
function Moves({ schema, chosen, modeling }: MovesProps) {
  const { t } = useTranslation();
  const parent = rowsOf(schema).find(({ part: row }) => row.components?.some((child) => child.id === chosen.id))?.part;
  const index = parent?.components?.findIndex((child) => child.id === chosen.id) ?? -1;
  if (!parent || index < 0) return null;
  const last = (parent.components?.length ?? 0) - 1;
  const move = (to: number) => { modeling.moveFormField(chosen, parent, parent, index, to); };
  return (
    <>
      <Button size="small" aria-label={t('model_form.up')} icon={<ArrowUpOutlined />} disabled={index === 0} onClick={() => { move(index - 1); }} />
      <Button size="small" aria-label={t('model_form.down')} icon={<ArrowDownOutlined />} disabled={index === last} onClick={() => { move(index + 2); }} />
      <Button size="small" aria-label={t('model_form.delete')} icon={<DeleteOutlined />} onClick={() => { modeling.removeFormField(chosen, parent, index); }} />
    </>
  );
}
