import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Proposal } from '../../api/types';
import { shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { proposalsQuery } from '../../queries/administration';
import { PROPOSAL_STATES } from '../../search';
import { serverNow } from '../../session/clock';
import { Endless } from './endless';
import { ProposalDialog, type Decision } from './proposal-dialog';
import styles from './admin.module.css';

/** Acts that take two people: those one made, and those one may confirm. */
export function Proposals() {
  const { t } = useTranslation();
  const { state } = useSearch({ from: '/office/admin/proposals' });
  const navigate = useNavigate({ from: '/admin/proposals' });
  const list = useInfiniteQuery(proposalsQuery(state));
  useTitle(t('admin.proposals'));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.proposals')}</h1>
        <Select
          className={styles.end}
          aria-label={t('proposals.state')}
          value={state ?? 'all'}
          onChange={(chosen) => void navigate({ search: { state: PROPOSAL_STATES.find((one) => one === chosen) }, replace: true })}
          options={[
            { value: 'all' as const, label: t('proposals.all') },
            ...PROPOSAL_STATES.map((value) => ({ value, label: t(`proposals.state_${value}`) })),
          ]}
        />
      </div>
      <p className={styles.intro}>{t('proposals.intro')}</p>
      <Endless list={list} label={t('admin.proposals')} none={t('proposals.none')}>
        {(rows) => (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('proposals.what')}</th>
                  <th scope="col">{t('proposals.by')}</th>
                  <th scope="col">{t('proposals.state')}</th>
                  <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>
                </tr>
              </thead>
              <tbody>{rows.map((row) => <Row key={row.id} proposal={row} />)}</tbody>
            </table>
          </div>
        )}
      </Endless>
    </>
  );
}

function Row({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const [decision, open] = useState<Decision>();
  const now = serverNow();
  return (
    <tr>
      <td>
        <div>{proposal.kind_name}{t('colon')}{proposal.title}</div>
        <div className={table.faint}>{proposal.reason}</div>
      </td>
      <td data-label={t('proposals.by')}>
        {proposal.proposed_by.name}
        <div className={table.faint}>{shortTime(proposal.proposed_at, now)}</div>
      </td>
      <td data-label={t('proposals.state')}>
        {t(`proposals.state_${proposal.state}`)}
        <div className={table.faint}>
          {proposal.state === 'open'
            ? t('proposals.until', { time: shortTime(proposal.expires_at, now) })
            : [proposal.decided_by?.name, proposal.note].filter(Boolean).join(' ')}
        </div>
      </td>
      <td>
        <span className={styles.acts}>
          {proposal.kind === 'deployment' && (
            <Link to="/models/proposals/$proposalId" params={{ proposalId: proposal.id }}>{t('model_proposal.look')}</Link>
          )}
          {(['confirm', 'refuse', 'withdraw'] as const)
            .filter((act) => proposal.allowed_acts.includes(act))
            // what a deployment changes is looked at before it is confirmed
            .filter((act) => proposal.kind !== 'deployment' || act === 'withdraw')
            .map((act) => (
              <Button key={act} size="small" type={act === 'confirm' ? 'primary' : 'default'} onClick={() => { open(act); }}>
                {t(`proposals.${act}`)}
              </Button>
            ))}
        </span>
        {decision && <ProposalDialog proposal={proposal} decision={decision} close={() => { open(undefined); }} />}
      </td>
    </tr>
  );
}
