import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import { operations, type MendPlan, type Operated } from '../../queries/operations';
import { serverNow } from '../../session/clock';
import { ActDialog } from '../admin/act-dialog';
import admin from '../admin/admin.module.css';
import { LineField } from '../admin/line-field';
import { useAct } from '../admin/use-act';

type Props = { operated: Operated; plan: (plan: MendPlan) => void };

/** What broke in this case; each is tried again, or passed over by two people. */
export function IncidentList({ operated, plan }: Props) {
  const { t } = useTranslation();
  const [retried, retry] = useState<string>();
  if (operated.incidents.length === 0) return <p className={table.faint}>{t('operations.no_incidents')}</p>;
  return (
    <>
      {operated.incidents.map((incident) => (
        <div key={incident.id} className={admin.body}>
          <p className={admin.text}>
            <strong>{incident.element_name || incident.element_id}</strong> {shortTime(incident.opened_at, serverNow())}
            <br />
            {incident.message}
          </p>
          <span className={admin.acts}>
            {incident.allowed_acts.includes('retry') && (
              <Button size="small" onClick={() => { retry(incident.id); }}>{t('operations.retry')}</Button>
            )}
            {incident.allowed_acts.includes('propose_skip') && (
              <Button size="small" onClick={() => { plan({ act: 'skip', incident_id: incident.id }); }}>{t('operations.skip')}</Button>
            )}
          </span>
        </div>
      ))}
      {retried && <Retry incidentId={retried} close={() => { retry(undefined); }} />}
    </>
  );
}

function Retry({ incidentId, close }: { incidentId: string; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const act = useAct({
    run: () => operations.retryIncident(incidentId, reason.trim()),
    touches: ['operated', 'incidents'],
    said: t('operations.retried'),
    after: close,
  });
  return (
    <ActDialog title={t('operations.retry')} okText={t('operations.retry')} isReady={reason.trim() !== ''} act={act} close={close}>
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}
