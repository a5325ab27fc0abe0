import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { Unit } from '../../api/types';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { Waiting } from '../../parts/waiting';
import { hangingQuery, organisations } from '../../queries/organisations';
import { ActDialog } from './act-dialog';
import { useAct } from './use-act';

/** Closing a unit: first what hangs on it; posts end with it, open units and tasks stand in the way. */
export function CloseUnit({ unit, close }: { unit: Unit; close: () => void }) {
  const { t } = useTranslation();
  const hanging = useQuery(hangingQuery(unit.id));
  const { units = [], posts = [], open_tasks: tasks = 0, open_cases: cases = 0 } = hanging.data ?? {};
  const act = useAct({
    run: () => organisations.close(unit, { posts: posts.map((post) => post.id), open_cases: cases }),
    touches: ['organisations', 'organisation', 'accounts'],
    said: t('units.close_done', { name: unit.name }),
    after: close,
  });
  const isBarred = units.length > 0 || tasks > 0;
  return (
    <ActDialog title={`${t('units.close')} ${unit.name}`} okText={t('units.close')} isDanger isReady={hanging.isSuccess && !isBarred} act={act} close={close}>
      <p>{t('units.close_text')}</p>
      {hanging.isPending && <Waiting />}
      {hanging.isError && <Failure error={hanging.error} retry={() => void hanging.refetch()} />}
      {isBarred && (
        <Note tone="overdue" title={t('units.barred')}>
          {units.length > 0 && <p>{t('units.barred_units', { names: units.map((one) => one.name).join(t('list.comma')) })}</p>}
          {tasks > 0 && <p>{t('units.barred_tasks', { count: tasks })}</p>}
        </Note>
      )}
      {cases > 0 && <Note tone="soon">{t('units.open_cases', { count: cases })}</Note>}
      {posts.length > 0 && (
        <>
          <p>{t('units.ending', { count: posts.length })}</p>
          <ul>{posts.map((post) => <li key={post.id}>{post.user.name} {post.group_name}</li>)}</ul>
        </>
      )}
    </ActDialog>
  );
}
