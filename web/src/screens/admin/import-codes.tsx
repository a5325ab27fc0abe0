import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ImportOutcome } from '../../api/types';
import { CopyText } from '../../parts/copy-text';
import { Note } from '../../parts/note';
import styles from './admin.module.css';

/** The activation codes of new accounts, shown once. */
export function ImportCodes({ rows, close }: { rows: ImportOutcome[]; close: () => void }) {
  const { t } = useTranslation();
  const lines = rows.flatMap((row) => (row.code ? [`${row.key}  ${row.code}`] : []));
  return (
    <Modal
      open
      title={t('import.codes_title', { count: lines.length })}
      onCancel={close}
      footer={<Button type="primary" onClick={close}>{t('import.codes_kept')}</Button>}
    >
      <Note tone="soon" live title={t('import.codes_once')}>
        <ul className={styles.lines} tabIndex={0} aria-label={t('import.codes')}>
          {lines.map((line) => <li key={line}><CopyText text={line} /></li>)}
        </ul>
      </Note>
    </Modal>
  );
}
