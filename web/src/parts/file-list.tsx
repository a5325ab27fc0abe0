import { PaperClipOutlined } from '@ant-design/icons';

import type { StoredFile } from '../api/types';
import { shortTime } from '../format/dates';
import { fileSize } from '../format/quantities';
import { serverNow } from '../session/clock';
import styles from './file-list.module.css';

/** Protected and handed in: it is fetched only after a reason was given; its name says so. */
function isSealed(file: StoredFile): boolean {
  return file.protected !== null && !file.allowed_acts.includes('delete');
}

export function FileList({ files }: { files: StoredFile[] }) {
  const now = serverNow();
  return (
    <ul className={styles.files}>
      {files.map((file) => (
        <li key={file.id}>
          <PaperClipOutlined aria-hidden />
          {isSealed(file) ? (
            <span>{file.name}</span>
          ) : (
            <a href={`/api/v1/files/${file.id}/content`} target="_blank" rel="noopener">
              {file.name}
            </a>
          )}
          <span className={styles.faint}>
            {fileSize(file.size)} · {file.uploaded_by?.name} · {shortTime(file.uploaded_at, now)}
          </span>
        </li>
      ))}
    </ul>
  );
}
