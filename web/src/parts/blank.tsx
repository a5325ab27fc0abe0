import type { ReactNode } from 'react';

import styles from './blank.module.css';

/** An empty place says what would stand here. */
export function Blank({ title, children, act }: { title: string; children?: ReactNode; act?: ReactNode }) {
  return (
    <div className={styles.blank}>
      <p className={styles.title}>{title}</p>
      {children && <p>{children}</p>}
      {act && <div className={styles.act}>{act}</div>}
    </div>
  );
}
