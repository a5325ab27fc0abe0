import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import type { ImportOutcome } from '../../api/types';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { ActDialog } from './act-dialog';
import { FileChoice } from './file-choice';
import { ImportCodes } from './import-codes';
import { ImportTable } from './import-table';
import { useAct } from './use-act';

type Props = {
  title: string;
  /** the columns that the list may have */
  columns: string;
  send: (file: File, check: boolean) => Promise<{ rows: ImportOutcome[] }>;
  touches: string[];
  close: () => void;
};

/** A list is chosen, looked at line by line, and taken whole or not at all. */
export function ImportDialog({ title, columns, send, touches, close }: Props) {
  const { t } = useTranslation();
  const [file, choose] = useState<File | null>(null);
  const check = useMutation({ mutationFn: (chosen: File) => send(chosen, true) });
  const rows = check.data?.rows ?? [];
  const act = useAct({
    run: () => (file ? send(file, false) : Promise.reject(new Error('no file was chosen'))),
    touches,
    said: t('import.done', { count: rows.length }),
    after: (done) => { if (!done.rows.some((row) => row.code)) close(); },
  });
  if (act.data?.rows.some((row) => row.code)) return <ImportCodes rows={act.data.rows} close={close} />;
  const faulty = rows.filter((row) => row.outcome === 'faulty').length;
  const problem = check.error && asProblem(check.error);
  return (
    <ActDialog title={title} okText={t('import.run')} isReady={check.isSuccess && faulty === 0} act={act} close={close}>
      <p>{t('import.text', { columns })}</p>
      <FileChoice
        label={t('import.file')}
        accept=".csv,text/csv"
        file={file}
        onChoose={(chosen) => {
          choose(chosen);
          act.reset();
          check.mutate(chosen);
        }}
      />
      {problem && (
        <Note tone="overdue" live title={problemText(t, problem)}>
          <ul>{problem.faults.map((fault) => <li key={fault.pointer + fault.detail}>{fault.detail}</li>)}</ul>
        </Note>
      )}
      {check.isSuccess && (
        <Note tone={faulty > 0 ? 'overdue' : 'done'} live>
          {faulty > 0 ? t('import.faulty', { count: faulty }) : t('import.ready', { count: rows.length })}
        </Note>
      )}
      {rows.length > 0 && <ImportTable rows={rows} />}
    </ActDialog>
  );
}
