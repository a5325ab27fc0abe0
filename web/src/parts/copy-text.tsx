import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import styles from './copy-text.module.css';

/** Copies without the clipboard API too: it is missing on plain http, which an intranet may be. */
async function copy(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return true;
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  // the deprecated call is the only one that works outside a secure context
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

/** A number that can be selected, and copied with one click. */
export function CopyText({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => {
      setCopied(false);
    }, 1500);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  return (
    <span className={styles.text}>
      <span className={styles.number}>{text}</span>
      <button
        type="button"
        className={styles.copy}
        title={t('copy.act')}
        aria-label={copied ? t('copy.done') : t('copy.label', { text })}
        onClick={(event) => {
          event.stopPropagation();
          void copy(text).then(setCopied, () => {
            setCopied(false);
          });
        }}
      >
        {copied ? <CheckOutlined /> : <CopyOutlined />}
      </button>
    </span>
  );
}
