import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import '../diagram/canvas.css';
import './bpmn-editor.css';

import { useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';

import { Note } from '../parts/note';
import { ElementList } from './element-list';
import { entriesOf } from './elements';
import { markFaults } from './marks';
import { goTo, selectedOf } from './navigation';
import { Panel } from './panel/panel';
import { editedOf } from './panel/sections';
import { definitionsOf } from './services';
import { Toolbar } from './toolbar';
import { useModeler } from './use-modeler';
import type { Vocabulary } from './vocabulary';
import styles from './bpmn-editor.module.css';

export type EditorHandle = {
  /** the content as edited now; null while nothing is drawn */
  write: () => Promise<string | null>;
};

type Props = {
  content: string;
  vocabulary: Vocabulary;
  /** ids of the elements that the check found at fault, one for each fault */
  faultIds: string[];
  /** the element to go to; a new object goes there again */
  wanted: { id: string } | null;
  isReadOnly: boolean;
  onEdit: (content: string) => void;
  ref?: Ref<EditorHandle>;
};

/** A model: list of its elements, drawing, properties. Each does all that it can by keyboard alone. */
export default function BpmnEditor(props: Props) {
  const { content, vocabulary, faultIds, wanted, isReadOnly, onEdit, ref } = props;
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [isSimulating, simulate] = useState(false);
  const { modeler, failed, write } = useModeler({ place, xml: content, isReadOnly, onEdit });
  useImperativeHandle(ref, () => ({ write }));

  const marked = faultIds.join(' ');
  useEffect(() => {
    if (!modeler) return undefined;
    return markFaults(modeler, marked.split(' ').filter(Boolean), (count) =>
      t('model_problems.at_element', { count }),
    );
  }, [modeler, marked, t]);
  useEffect(() => {
    if (modeler && wanted) goTo(modeler, wanted.id);
  }, [modeler, wanted]);

  const shape = modeler ? selectedOf(modeler) : undefined;
  return (
    <div className={styles.editor}>
      <nav className={styles.list} aria-label={t('model_editor.elements')}>
        {modeler && (
          <ElementList
            entries={entriesOf(definitionsOf(modeler))}
            selected={shape?.id}
            faultIds={faultIds}
            onSelect={(id) => { goTo(modeler, id); }}
          />
        )}
      </nav>
      <div className={styles.drawing}>
        {modeler && (
          <Toolbar modeler={modeler} isReadOnly={isReadOnly} isSimulating={isSimulating} onSimulate={simulate} />
        )}
        {failed !== null && (
          <div className={styles.failed}>
            <Note tone="overdue" live title={t('diagram.not_drawn')}>
              {t('model_editor.not_drawn_text')} <small lang="en">{failed}</small>
            </Note>
          </div>
        )}
        <div
          ref={place}
          className={`dudao-canvas ${styles.canvas}`}
          role="group"
          aria-label={t('model_editor.drawing')}
          hidden={failed !== null}
        />
      </div>
      <aside className={styles.panel} aria-label={t('model_editor.properties')}>
        {modeler && shape && !isSimulating && (
          <Panel
            context={{ modeler, shape, element: editedOf(shape.businessObject), vocabulary }}
            isReadOnly={isReadOnly}
          />
        )}
        {isSimulating && <p className={styles.hint}>{t('model_editor.simulating')}</p>}
      </aside>
    </div>
  );
}
