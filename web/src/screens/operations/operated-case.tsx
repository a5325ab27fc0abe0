import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Blank } from '../../parts/blank';
import { CopyText } from '../../parts/copy-text';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { operatedQuery, type MendPlan, type Operated } from '../../queries/operations';
import admin from '../admin/admin.module.css';
import { HoldDialog } from './hold-dialog';
import { IncidentList } from './incident-list';
import { JobList } from './job-list';
import { MendDialog } from './mend-dialog';
import { TokenDrawing } from './token-drawing';
import { TokenTable } from './token-table';

/** One case for who keeps it running: where it stands, what waits, what broke; nothing of its content. */
export function OperatedCase() {
  const { t } = useTranslation();
  const { instanceId } = useParams({ from: '/office/operations/cases/$instanceId' });
  const found = useQuery(operatedQuery(instanceId));
  useTitle(t('operations.case'));
  if (found.isPending) return <Waiting lines={8} />;
  if (found.isError) return <Failure error={found.error} retry={() => void found.refetch()} />;
  return <Parts operated={found.data} />;
}

function Parts({ operated }: { operated: Operated }) {
  const { t } = useTranslation();
  const [plan, open] = useState<MendPlan>();
  const [hold, ask] = useState<'suspend' | 'resume'>();
  const may = (act: Operated['allowed_acts'][number]) => operated.allowed_acts.includes(act);
  return (
    <>
      <p><Link to="/operations">{t('operations.back')}</Link></p>
      <div className={admin.head}>
        <h1><CopyText text={operated.business_key ?? operated.id} /></h1>
        <span>{operated.definition.name} {t('operations.version', { version: operated.definition.version })}</span>
        <span>{t(`state.${operated.state}`)}</span>
        <span className={`${admin.acts} ${admin.end}`}>
          {may('suspend') && <Button onClick={() => { ask('suspend'); }}>{t('operations.suspend')}</Button>}
          {may('resume') && <Button onClick={() => { ask('resume'); }}>{t('operations.resume')}</Button>}
          {may('propose_resume') && <Button onClick={() => { open({ act: 'resume' }); }}>{t('operations.resume')}</Button>}
          {may('propose_edit_variable') && (
            <Button onClick={() => { open({ act: 'edit_variable' }); }}>{t('operations.edit_variable')}</Button>
          )}
          {may('propose_cancel') && (
            <Button danger onClick={() => { open({ act: 'cancel' }); }}>{t('operations.cancel')}</Button>
          )}
        </span>
      </div>
      <section className={admin.sheet} aria-labelledby="tokens">
        <h2 id="tokens">{t('operations.tokens')}</h2>
        {operated.tokens.length === 0
          ? <Blank title={t('operations.no_tokens')} />
          : <TokenTable operated={operated} plan={open} />}
        <div className={admin.below}><TokenDrawing operated={operated} /></div>
      </section>
      <section className={admin.sheet} aria-labelledby="case-incidents">
        <h2 id="case-incidents">{t('operations.incidents')}</h2>
        <IncidentList operated={operated} plan={open} />
      </section>
      {operated.jobs.length > 0 && <JobList operated={operated} />}
      <section className={admin.sheet} aria-labelledby="case-variables">
        <h2 id="case-variables">{t('operations.variables')}</h2>
        <p className={table.faint}>{t('operations.variables_text')}</p>
        <p className={admin.text}>
          {operated.variables.length === 0
            ? t('operations.no_variables')
            : operated.variables.map((name) => <span key={name}><code>{name}</code> </span>)}
        </p>
      </section>
      {plan && <MendDialog operated={operated} plan={plan} close={() => { open(undefined); }} />}
      {hold && <HoldDialog operated={operated} act={hold} close={() => { ask(undefined); }} />}
    </>
  );
}
