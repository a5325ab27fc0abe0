import { lazy, useMemo } from 'react';

import type { Component } from '../../forms/pointers';
import styles from './edit-step.module.css';

const FormView = lazy(async () => ({ default: (await import('../../forms/form-view')).FormView }));

const NOTHING = {};
const NO_UPLOADS = { upload: () => Promise.reject(new Error('a form that is only read takes no files')) };

/** A form as people will see it, for who may not change it now. */
export function PartReading({ content }: { content: string }) {
  const schema = useMemo(() => {
    try {
      return JSON.parse(content) as Component;
    } catch {
      return null;
    }
  }, [content]);
  return (
    <div className={styles.reading}>
      {schema ? (
        <FormView
          schema={schema} values={NOTHING} files={[]} isReadOnly uploads={NO_UPLOADS} onEdit={() => undefined}
        />
      ) : (
        <pre className={styles.source}>{content}</pre>
      )}
    </div>
  );
}
