import { CheckOutlined, EditOutlined, ExclamationCircleOutlined, SyncOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import { clockTime } from '../../format/dates';
import { problemText } from '../../parts/problem-text';
import type { DraftState } from './use-draft';
import styles from './draft-status.module.css';

/** Whether what is typed is kept, and since when. */
export function DraftStatus({ state }: { state: DraftState }) {
  const { t } = useTranslation();
  return (
    <p className={`${styles.status} ${state.kind === 'failed' ? styles.failed : ''}`} role="status">
      {state.kind === 'unsaved' && <><EditOutlined aria-hidden /> {t('draft.unsaved')}</>}
      {state.kind === 'saving' && <><SyncOutlined aria-hidden /> {t('draft.saving')}</>}
      {state.kind === 'saved' && (
        <><CheckOutlined aria-hidden /> {t('draft.saved', { time: clockTime(state.at) })}</>
      )}
      {state.kind === 'failed' && (
        <><ExclamationCircleOutlined aria-hidden /> {t('draft.failed')} {problemText(t, state.problem)}</>
      )}
    </p>
  );
}
