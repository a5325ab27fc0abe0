import type { UseMutationResult } from '@tanstack/react-query';
import { Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Note } from '../note';
import { problemText } from '../problem-text';
import styles from './deadline-acts.module.css';

type Props = {
  title: string;
  okText: string;
  isReady: boolean;
  act: UseMutationResult<unknown, Error, void>;
  close: () => void;
  children: ReactNode;
};

/** A dialog around an act on a clock; a refusal stands above what was typed. */
export function ClockDialog({ title, okText, isReady, act, close, children }: Props) {
  const { t } = useTranslation();
  const problem = act.error && asProblem(act.error);
  return (
    <Modal open title={title} okText={okText} okButtonProps={{ disabled: !isReady, loading: act.isPending }}
      onOk={() => { act.mutate(); }} onCancel={close}>
      <div className={styles.body}>
        {problem && (
          <Note tone="overdue" live title={t('hand.refused')}>
            {problemText(t, problem)} {problem.faults.map((fault) => fault.detail).join(' ')}
          </Note>
        )}
        {children}
      </div>
    </Modal>
  );
}
