import type { UseMutationResult } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../../api/problem';
import { Note } from '../../../parts/note';
import { problemText } from '../../../parts/problem-text';
import { useDesk } from './desk';
import styles from './act-dialog.module.css';

type Props = {
  title: string;
  okText: string;
  isReady: boolean;
  act: UseMutationResult<unknown, Error, void>;
  close: () => void;
  isDanger?: boolean;
  width?: number;
  children: ReactNode;
};

/** A dialog around one act: what went wrong stands above what was typed, which stays. */
export function ActDialog({ title, okText, isReady, act, close, isDanger, width, children }: Props) {
  const { t } = useTranslation();
  const { reload } = useDesk();
  const problem = act.error ? asProblem(act.error) : null;
  return (
    <Modal
      open
      title={title}
      width={width}
      okText={okText}
      okButtonProps={{ disabled: !isReady, loading: act.isPending, danger: isDanger }}
      onOk={() => { act.mutate(); }}
      onCancel={close}
    >
      <div className={styles.body}>
        {problem && (
          <Note
            tone="overdue"
            live
            title={t('hand.refused')}
            act={problem.isOvertaken && <Button onClick={reload}>{t('overtaken.reload')}</Button>}
          >
            {problemText(t, problem)}
            {problem.faults.length > 0 && (
              <ul>
                {problem.faults.map((fault) => <li key={fault.pointer + fault.code}>{fault.detail}</li>)}
              </ul>
            )}
          </Note>
        )}
        {children}
      </div>
    </Modal>
  );
}
