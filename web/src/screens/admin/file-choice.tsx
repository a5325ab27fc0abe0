import { UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import styles from './admin.module.css';

type Props = { label: string; accept: string; file: File | null; onChoose: (file: File) => void };

/** One file from the person's disk; the same may be chosen again after it was mended. */
export function FileChoice({ label, accept, file, onChoose }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.acts}>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={label}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen) onChoose(chosen);
          event.target.value = '';
        }}
      />
      <Button icon={<UploadOutlined />} onClick={() => input.current?.click()}>{label}</Button>
      <span className={styles.off}>{file ? file.name : t('import.no_file')}</span>
    </div>
  );
}
