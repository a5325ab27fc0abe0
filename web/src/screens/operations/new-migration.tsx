import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import { Note } from '../../parts/note';
import { problemText } from '../../parts/problem-text';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import {
  dryRunQuery, migrations, planCheckQuery, planQuery, type MigrationPlan, type PlanPair,
} from '../../queries/migrations';
import { versionsQuery } from '../../queries/traffic';
import admin from '../admin/admin.module.css';
import { LineField } from '../admin/line-field';
import { DryRunTable } from './dry-run-table';
import styles from './migration.module.css';
import { PlanPairs } from './plan-pairs';

/** Plan → check → dry run of each case → start, by two people where the family asks for them. */
export function NewMigration() {
  const { t } = useTranslation();
  const { from, to } = useSearch({ from: '/office/operations/migrations/new' });
  const plan = useQuery({ ...planQuery(from ?? '', to ?? ''), enabled: Boolean(from && to) });
  useTitle(t('migrations.title'));
  return (
    <>
      <p><Link to="/operations/migrations">{t('migrations.back')}</Link></p>
      <div className={admin.head}><h1>{t('migrations.title')}</h1></div>
      {!(from && to) && <Blank title={t('migrations.no_versions')}>{t('migrations.no_versions_text')}</Blank>}
      {from && to && plan.isPending && <Waiting lines={8} />}
      {plan.isError && <Failure error={plan.error} retry={() => void plan.refetch()} />}
      {plan.data && <Plan key={`${from ?? ''}${to ?? ''}`} plan={plan.data} />}
    </>
  );
}

function Plan({ plan }: { plan: MigrationPlan }) {
  const { t } = useTranslation();
  const [pairs, setPairs] = useState<PlanPair[]>(plan.pairs);
  const [left, leave] = useState<string[]>([]);
  const [isAsked, ask] = useState(false);
  const asked = { from: plan.from, to: plan.to, pairs };
  const check = useQuery(planCheckQuery(asked));
  const dry = useInfiniteQuery({ ...dryRunQuery(asked), enabled: isAsked });
  const faults = check.data?.faults ?? [];
  const isFine = check.isSuccess && faults.length === 0;
  const edit = (place: number, target: string | null) => {
    setPairs(pairs.map((pair, at) => (at === place ? { ...pair, target, how: target ? 'edited' : 'none' } : pair)));
    ask(false);
  };
  const rows = isAsked ? dry.data?.pages.flatMap((page) => page.items) : undefined;
  return (
    <>
      <Intro plan={plan} />
      <section className={admin.sheet} aria-labelledby="pairs">
        <h2 id="pairs">{t('migrations.pairs')}</h2>
        <PlanPairs plan={plan} pairs={pairs} faults={faults} edit={edit} />
        <div className={styles.check}>
          <p className={admin.acts}>
            <Button loading={check.isFetching} onClick={() => void check.refetch()}>{t('migrations.check')}</Button>
            <Button disabled={!isFine} loading={isAsked && dry.isFetching} onClick={() => { ask(true); }}>{t('migrations.dry_run')}</Button>
          </p>
          {check.isError && <Refused error={check.error} />}
          {isFine && <Note tone="done" live>{t('migrations.fine')}</Note>}
          {faults.length > 0 && (
            <Note tone="overdue" live title={t('migrations.faults', { count: faults.length })}>
              <ul>
                {faults.map((fault) => (
                  <li key={`${fault.process}-${fault.element}-${fault.rule}`}>
                    <code>{fault.element}</code> {fault.detail} {fault.mend}
                  </li>
                ))}
              </ul>
            </Note>
          )}
        </div>
      </section>
      {isAsked && dry.isError && <Refused error={dry.error} />}
      {isFine && rows && (
        <section className={admin.sheet} aria-labelledby="dry-run">
          <h2 id="dry-run">{t('migrations.dry_run')}</h2>
          {rows.length === 0 && <p>{t('migrations.no_cases')}</p>}
          {rows.length > 0 && <DryRunTable rows={rows} left={left} leave={leave} />}
          {dry.hasNextPage && (
            <p className={admin.more}>
              <Button loading={dry.isFetchingNextPage} onClick={() => void dry.fetchNextPage()}>{t('list.more')}</Button>
            </p>
          )}
          <Start
            plan={asked}
            instances={left.length === 0 ? [] : rows.filter((row) => !left.includes(row.id)).map((row) => row.id)}
            isReady={rows.length > left.length && (left.length === 0 || !dry.hasNextPage)}
          />
          {left.length > 0 && dry.hasNextPage && <Note tone="soon">{t('migrations.load_all')}</Note>}
        </section>
      )}
    </>
  );
}

/** Which versions, how many cases, what will happen. */
function Intro({ plan }: { plan: MigrationPlan }) {
  const { t } = useTranslation();
  const { data: before } = useQuery(versionsQuery({ deployment_id: plan.from }));
  const { data: after } = useQuery(versionsQuery({ deployment_id: plan.to }));
  if (!before?.[0] || !after?.[0]) return null;
  const count = before.reduce((sum, version) => sum + version.started, 0);
  return (
    <p className={admin.intro}>
      {t('migrations.versions', { from: before[0].deployment_version, to: after[0].deployment_version })}{t('colon')}
      {t('migrations.intro', { count })}
    </p>
  );
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return <Note tone="overdue" live>{problemText(t, asProblem(error))}</Note>;
}

type StartProps = { plan: { from: string; to: string; pairs: PlanPair[] }; instances: string[]; isReady: boolean };

/** Why, and the act: alone where the family allows it, else proposed to a second person. */
function Start({ plan, instances, isReady }: StartProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const asked = { ...plan, instances };
  const start = useMutation({
    mutationFn: () => migrations.start(asked, reason.trim()),
    onSuccess: (migration) => {
      void navigate({ to: '/operations/migrations/$migrationId', params: { migrationId: migration.id } });
    },
  });
  const propose = useMutation({
    mutationFn: () => migrations.propose(asked, reason.trim()),
    onSuccess: () => {
      void message.success(t('migrations.proposed'));
      void navigate({ to: '/admin/proposals' });
    },
  });
  const error = start.error ?? propose.error;
  const needsTwo = start.error ? asProblem(start.error).code === 'second-person-needed' : false;
  const isDisabled = reason.trim() === '' || !isReady;
  return (
    <div className={admin.body}>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
      <p className={admin.acts}>
        <Button type="primary" disabled={isDisabled} loading={propose.isPending} onClick={() => { propose.mutate(); }}>
          {t('migrations.propose')}
        </Button>
        <Button disabled={isDisabled} loading={start.isPending} onClick={() => { start.mutate(); }}>
          {t('migrations.start')}
        </Button>
      </p>
      {needsTwo && <Note tone="soon" live>{t('migrations.two_people')}</Note>}
      {error && !needsTwo && <Refused error={error} />}
    </div>
  );
}
