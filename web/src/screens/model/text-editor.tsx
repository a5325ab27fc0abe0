import { useImperativeHandle, useState, type Ref } from 'react';

import type { EditorHandle } from '../../modeler/bpmn-editor';
import styles from './edit-step.module.css';

type Props = {
  content: string;
  label: string;
  isReadOnly: boolean;
  onEdit: (content: string) => void;
  ref?: Ref<EditorHandle>;
};

/** A parameter file as it is written; the check says what is wrong with it. */
export function TextEditor({ content, label, isReadOnly, onEdit, ref }: Props) {
  const [typed, type] = useState(content);
  useImperativeHandle(ref, () => ({ write: () => Promise.resolve(typed) }));
  return (
    <textarea
      className={styles.toml}
      aria-label={label}
      value={typed}
      readOnly={isReadOnly}
      spellCheck={false}
      onChange={({ target }) => {
        type(target.value);
        onEdit(target.value);
      }}
    />
  );
}
