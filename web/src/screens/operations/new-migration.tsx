import { useMutation, useQuery } from '@tanstack/react-query';
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
import { migrations, planQuery, type MigrationPlan, type PlanPair } from '../../queries/migrations';
import admin from '../admin/admin.module.css';
import { LineField } from '../admin/line-field';
import { DryRunTable } from './dry-run-table';
import { PairTable } from './pair-table';

/** Plan → check → dry run of each case → start, by two people where the family asks for them. */
export function NewMigration() {
  const { t } = useTranslation();
  const { from, to } = useSearch({ from: '/office/operations/migrations/new' });
  const plan = useQuery({ ...planQuery(from ?? '', to ?? ''), enabled: Boolean(from && to) });
  useTitle(t('migrations.title'));
  return (
    <>
      <p><Link to="/operations/migrations">{t('migrations.back')}</Link></p>
      <h1>{t('migrations.title')}</h1>
      {!(from && to) && <Blank title={t('migrations.no_versions')}>{t('migrations.no_versions_text')}</Blank>}
      {from && to && plan.isPending && <Waiting lines={8} />}
      {plan.isError && <Failure error={plan.error} retry={() => void plan.refetch()} />}
      {plan.data && <Plan key={`${from ?? ''}${to ?? ''}`} plan={plan.data} />}
    </>
  );
}

function Plan({ plan }: { plan: MigrationPlan }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [pairs, setPairs] = useState<PlanPair[]>(plan.pairs);
  const [reason, setReason] = useState('');
  const asked = { from: plan.from, to: plan.to, pairs };
  const check = useMutation({ mutationFn: () => migrations.check(asked) });
  const dry = useMutation({ mutationFn: () => migrations.rehearse(asked) });
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
  const edit = (place: number, target: string | null) => {
    setPairs(pairs.map((pair, at) => (at === place ? { ...pair, target, how: target ? 'edited' : 'none' } : pair)));
    for (const act of [check, dry]) act.reset();
  };
  const error = check.error ?? dry.error ?? start.error ?? propose.error;
  const needsTwo = start.error ? asProblem(start.error).code === 'second-person-needed' : false;
  const isChecked = check.data?.faults.length === 0;
  return (
    <>
      <p className={admin.intro}>{t('migrations.intro', { count: plan.instances.length })}</p>
      <section className={admin.sheet} aria-labelledby="pairs">
        <h2 id="pairs">{t('migrations.pairs')}</h2>
        <PairTable pairs={pairs} edit={edit} />
        <p className={admin.acts}>
          <Button loading={check.isPending} onClick={() => { check.mutate(); }}>{t('migrations.check')}</Button>
          <Button disabled={!isChecked} loading={dry.isPending} onClick={() => { dry.mutate(); }}>{t('migrations.dry_run')}</Button>
        </p>
        {error && !needsTwo && <Note tone="overdue" live>{problemText(t, asProblem(error))}</Note>}
        {isChecked && <Note tone="done" live>{t('migrations.fine')}</Note>}
        {check.data && check.data.faults.length > 0 && (
          <Note tone="overdue" live title={t('migrations.faults', { count: check.data.faults.length })}>
            <ul>
              {check.data.faults.map((fault) => (
                <li key={`${fault.process}-${fault.element}-${fault.rule}`}>
                  <code>{fault.element}</code> {fault.detail} {fault.mend}
                </li>
              ))}
            </ul>
          </Note>
        )}
      </section>
      {dry.data && (
        <section className={admin.sheet} aria-labelledby="dry-run">
          <h2 id="dry-run">{t('migrations.dry_run')}</h2>
          <DryRunTable rows={dry.data.items} hasMore={dry.data.next_cursor !== null} />
          <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
          <p className={admin.acts}>
            <Button type="primary" disabled={reason.trim() === ''} loading={propose.isPending} onClick={() => { propose.mutate(); }}>
              {t('migrations.propose')}
            </Button>
            <Button disabled={reason.trim() === ''} loading={start.isPending} onClick={() => { start.mutate(); }}>
              {t('migrations.start')}
            </Button>
          </p>
          {needsTwo && <Note tone="soon" live>{t('migrations.two_people')}</Note>}
        </section>
      )}
    </>
  );
}
