import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Task } from '../../api/types';
import { Blank } from '../../parts/blank';
import { Documents } from '../../parts/documents';
import { FileList } from '../../parts/file-list';
import { dossierQuery } from '../../queries/supervision';
import { filesQuery } from '../../queries/tasks';
import { AddFiles } from './add-files';
import { Sheets } from './sheets';
import styles from './files-panel.module.css';

/** The documents of the case and the files of this task; each opens beside the form. */
export function FilesPanel({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { data: dossier } = useQuery(dossierQuery(task.instance.id, task.instance.family));
  const { data: files = task.attachments } = useQuery(filesQuery(task.id));
  const documents = dossier?.documents ?? [];
  return (
    <div className={styles.panel}>
      {documents.length > 0 && (
        <section>
          <h3>{t('files.documents')}</h3>
          <Documents documents={documents} />
        </section>
      )}
      {files.length > 0 && (
        <section>
          <h3>{t('files.attachments')}</h3>
          <FileList files={files} />
        </section>
      )}
      <Sheets taskId={task.id} />
      {documents.length === 0 && files.length === 0 && (
        <Blank title={t('files.none')}>{t('files.none_text')}</Blank>
      )}
      {task.allowed_acts.includes('complete') && <AddFiles taskId={task.id} />}
    </div>
  );
}
