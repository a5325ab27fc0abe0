import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { migrationItemsQuery, migrationQuery, migrations, type Migration as Row } from '../../queries/migrations';
import { rest } from '../../queries/rhythm';
import { ActDialog } from '../admin/act-dialog';
import admin from '../admin/admin.module.css';
import { Endless } from '../admin/endless';
import { LineField } from '../admin/line-field';
import { useAct } from '../admin/use-act';

/** How far a migration is, what came of each case, and the way back for a single one. */
export function Migration() {
  const { t } = useTranslation();
  const { migrationId } = useParams({ from: '/office/operations/migrations/$migrationId' });
  const found = useQuery(migrationQuery(migrationId));
  useTitle(t('migrations.title'));
  return (
    <>
      <p><Link to="/operations/migrations">{t('migrations.back')}</Link></p>
      <div className={admin.head}><h1>{t('migrations.title')}</h1></div>
      {found.isPending && <Waiting />}
      {found.isError && <Failure error={found.error} retry={() => void found.refetch()} />}
      {found.data && <Whole migration={found.data} />}
    </>
  );
}

function Whole({ migration }: { migration: Row }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery({
    ...migrationItemsQuery(migration.id),
    refetchInterval: ({ state }) => (migration.state === 'running' ? rest(state, 2_000) : false),
  });
  // the last cases are done between two beats: what came of them is read once more at the end
  const { refetch } = list;
  useEffect(() => {
    if (migration.state === 'done') void refetch();
  }, [migration.state, refetch]);
  const [reverted, revert] = useState<string>();
  const done = migration.moved + migration.refused + migration.reverted;
  const all = done + migration.waiting + migration.returning;
  const [isRevertingAll, revertAll] = useState(false);
  const act = useAct({
    run: () => (migration.state === 'running' ? migrations.pause(migration.id) : migrations.resume(migration.id)),
    touches: ['migration'],
    said: t(migration.state === 'running' ? 'migrations.paused' : 'migrations.resumed'),
  });
  return (
    <>
      <section className={admin.sheet} aria-label={t('operations.progress')}>
        <p>{t('migrations.versions', { from: migration.from_version, to: migration.to_version })}</p>
        <Progress aria-label={t('operations.progress')} percent={all === 0 ? 100 : Math.round((done / all) * 100)} />
        <p role="status">
          {t(`migrations.state_${migration.state}`)}{t('colon')}
          {t('migrations.counts', { moved: migration.moved, refused: migration.refused, waiting: migration.waiting, reverted: migration.reverted })}
          {migration.returning > 0 && ` ${t('migrations.returning', { count: migration.returning })}`}
        </p>
        {migration.state !== 'done' && (
          <Button loading={act.isPending} onClick={() => { act.mutate(); }}>
            {t(migration.state === 'running' ? 'migrations.pause' : 'migrations.resume')}
          </Button>
        )}
        {migration.state !== 'running' && migration.moved > 0 && (
          <Button onClick={() => { revertAll(true); }}>{t('migrations.revert_all')}</Button>
        )}
      </section>
      <Endless list={list} label={t('migrations.cases')} none={t('migrations.no_cases')}>
        {(rows) => (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('migrations.case')}</th>
                  <th scope="col">{t('migrations.result')}</th>
                  <th scope="col"><span className="sr-only">{t('migrations.revert')}</span></th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <td>
                      <Link to="/operations/cases/$instanceId" params={{ instanceId: row.instance_id }}>{row.business_key ?? row.instance_id}</Link>
                    </td>
                    <td data-label={t('migrations.result')}>{t(`migrations.item_${row.state}`)}<div className={table.faint}>{row.reason}</div></td>
                    <td>
                      {row.state === 'moved' && (
                        <Button size="small" onClick={() => { revert(row.id); }}>{t('migrations.revert')}</Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Endless>
      {reverted && <Revert migrationId={migration.id} itemId={reverted} close={() => { revert(undefined); }} />}
      {isRevertingAll && <Revert migrationId={migration.id} close={() => { revertAll(false); }} />}
    </>
  );
}

/** One case, or without one all that were moved. */
function Revert({ migrationId, itemId, close }: { migrationId: string; itemId?: string; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const title = t(itemId ? 'migrations.revert' : 'migrations.revert_all');
  const act = useAct({
    run: async () => {
      if (itemId) await migrations.revert(migrationId, itemId, reason.trim());
      else await migrations.revertAll(migrationId, reason.trim());
    },
    touches: ['migration', 'migrations'],
    said: t(itemId ? 'migrations.reverted' : 'migrations.revert_begun'),
    after: close,
  });
  return (
    <ActDialog title={title} okText={title} isReady={reason.trim() !== ''} act={act} close={close}>
      <p>{t(itemId ? 'migrations.revert_text' : 'migrations.revert_all_text')}</p>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}
