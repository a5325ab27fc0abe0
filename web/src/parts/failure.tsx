import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../api/problem';
import { Missing } from './missing';
import { Note } from './note';
import { problemText } from './problem-text';

/** A query that failed: what happened, and the one thing to do. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  if (problem.isMissing) return <Missing />;
  return (
    <Note
      tone="overdue"
      live
      title={t('problem.not_loaded')}
      act={<Button onClick={retry}>{t('problem.retry')}</Button>}
    >
      {problemText(t, problem)}
    </Note>
  );
}
