import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../../api/problem';
import type { Destination } from '../../../api/types';
import { Note } from '../../../parts/note';
import { problemText } from '../../../parts/problem-text';
import { returnPreviewQuery, type Mode } from '../../../queries/handovers';
import { useDesk } from './desk';
import styles from './act-dialog.module.css';

/** What the return would cancel and begin, as the server tried it out. */
export function ReturnEffects({ to, mode }: { to: Destination; mode: Mode }) {
  const { t } = useTranslation();
  const { task } = useDesk();
  const { data, error, isPending } = useQuery(returnPreviewQuery(task.id, to.task_id, mode));
  return (
    <Note tone="soon" title={t('return.effects')}>
      {isPending && t('waiting')}
      {error && problemText(t, asProblem(error))}
      {data && (
        <ul className={styles.effects}>
          {data.words.map((line) => <li key={line}>{line}</li>)}
          {mode === 'only' && to.again.length > 0 && (
            <li>{t('return.again', { steps: to.again.join(t('list.comma')) })}</li>
          )}
        </ul>
      )}
    </Note>
  );
}
