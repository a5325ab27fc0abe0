import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { migrationsQuery } from '../../queries/migrations';
import { deploymentsQuery } from '../../queries/model-drafts';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { FamilyChoice } from '../admin/family-choice';
import { useFamily } from '../admin/use-family';

/** Migrations of running cases, and the way to a new one. */
export function Migrations() {
  const { t } = useTranslation();
  const { families, family, choose } = useFamily();
  const list = useQuery({ ...migrationsQuery(family), enabled: family !== '' });
  useTitle(t('operations.migrations'));
  return (
    <>
      <p><Link to="/operations">{t('operations.back')}</Link></p>
      <div className={admin.head}>
        <h1>{t('operations.migrations')}</h1>
        <FamilyChoice families={families} value={family} onChange={choose} />
      </div>
      {family && <Begin key={family} family={family} />}
      <section className={admin.sheet} aria-label={t('operations.migrations')}>
        {list.isPending && <Waiting />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.data?.length === 0 && <Blank title={t('migrations.none')}>{t('migrations.none_text')}</Blank>}
        {list.data && list.data.length > 0 && (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('migrations.started')}</th>
                  <th scope="col">{t('definitions.version')}</th>
                  <th scope="col">{t('migrations.state')}</th>
                  <th scope="col" className={admin.count}>{t('migrations.moved')}</th>
                  <th scope="col" className={admin.count}>{t('migrations.refused')}</th>
                  <th scope="col" className={admin.count}>{t('migrations.waiting')}</th>
                </tr>
              </thead>
              <tbody>
                {list.data.map((migration) => (
                  <tr key={migration.id}>
                    <td>
                      <Link to="/operations/migrations/$migrationId" params={{ migrationId: migration.id }}>
                        {shortTime(migration.started_at, serverNow())}
                      </Link>
                    </td>
                    <td data-label={t('definitions.version')}>
                      {t('migrations.versions', { from: migration.from_version, to: migration.to_version })}
                    </td>
                    <td data-label={t('migrations.state')}>{t(`migrations.state_${migration.state}`)}</td>
                    <td className={`${admin.count} ${table.short}`} data-label={t('migrations.moved')}>{migration.moved}</td>
                    <td className={`${admin.count} ${table.short}`} data-label={t('migrations.refused')}>{migration.refused}</td>
                    <td className={`${admin.count} ${table.short}`} data-label={t('migrations.waiting')}>{migration.waiting}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}

/** From which version to which. */
function Begin({ family }: { family: string }) {
  const { t } = useTranslation();
  const { data: versions = [] } = useQuery(deploymentsQuery(family));
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  if (versions.length < 2) return <p className={admin.intro}>{t('migrations.one_version')}</p>;
  const options = versions.map((version) => ({
    value: version.id,
    label: [t('operations.version', { version: version.version }), version.note].filter(Boolean).join(' '),
  }));
  const target = to ?? versions[0]?.id;
  const source = from ?? versions[1]?.id;
  return (
    <div className={admin.acts}>
      <Select aria-label={t('migrations.from')} value={source} onChange={setFrom} options={options} style={{ minWidth: 200 }} />
      <span>{t('migrations.arrow')}</span>
      <Select aria-label={t('migrations.to')} value={target} onChange={setTo} options={options} style={{ minWidth: 200 }} />
      {source && target && source !== target && (
        <Link to="/operations/migrations/new" search={{ from: source, to: target }}>
          <Button type="primary" tabIndex={-1}>{t('migrations.plan')}</Button>
        </Link>
      )}
    </div>
  );
}
