import type { UseMutationResult } from '@tanstack/react-query';
import { Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import styles from './admin.module.css';

type Props = {
  title: string;
  okText: string;
  isReady?: boolean;
  isDanger?: boolean;
  act: UseMutationResult<unknown, Error, void>;
  close: () => void;
  children: ReactNode;
};

/** A dialog around one act of administration; a refusal stands above what was typed. */
export function ActDialog({ title, okText, isReady = true, isDanger = false, act, close, children }: Props) {
  const { t } = useTranslation();
  const problem = act.error && asProblem(act.error);
  return (
    <Modal
      open
      width={640}
      title={title}
      okText={okText}
      okButtonProps={{ disabled: !isReady, loading: act.isPending, danger: isDanger }}
      onOk={() => { act.mutate(); }}
      onCancel={close}
    >
      <div className={styles.body}>
        {problem && (
          <Note tone="overdue" live title={t('admin.refused')}>
            {[problemText(t, problem), ...problem.faults.map((fault) => fault.detail)].join(' ')}
          </Note>
        )}
        {children}
      </div>
    </Modal>
  );
}
