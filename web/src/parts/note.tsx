import {
  CheckCircleOutlined,
  ExclamationCircleOutlined,
  InfoCircleOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

import styles from './note.module.css';

const ICONS = {
  calm: InfoCircleOutlined,
  done: CheckCircleOutlined,
  soon: WarningOutlined,
  overdue: ExclamationCircleOutlined,
};

type Props = {
  tone?: keyof typeof ICONS;
  title?: string;
  act?: ReactNode;
  /** read out when it appears */
  live?: boolean;
  children?: ReactNode;
};

/** A remark inside the page: icon, words, perhaps an act. */
export function Note({ tone = 'calm', title, act, live = false, children }: Props) {
  const Icon = ICONS[tone];
  return (
    <div className={`${styles.note} ${styles[tone]}`} role={live ? 'alert' : undefined}>
      <Icon className={styles.icon} aria-hidden />
      <div className={styles.text}>
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {act && <div className={styles.act}>{act}</div>}
    </div>
  );
}
