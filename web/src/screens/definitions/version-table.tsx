import { WarningOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { Waiting } from '../../parts/waiting';
import { versionsQuery, type Version } from '../../queries/traffic';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import styles from './definitions.module.css';

/** Each process with its versions in use: cases, tokens, incidents. */
export function VersionTable() {
  const { t } = useTranslation();
  const list = useQuery(versionsQuery({}));
  const rows = list.data ?? [];
  return (
    <section className={styles.sheet} aria-label={t('definitions.title')} aria-busy={list.isFetching}>
      {list.isPending && <Waiting lines={8} />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && rows.length === 0 && <Blank title={t('definitions.none')}>{t('definitions.none_text')}</Blank>}
      {rows.length > 0 && (
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`}>
            <thead>
              <tr>
                <th scope="col">{t('definitions.name')}</th>
                <th scope="col">{t('definitions.version')}</th>
                <th scope="col" className={admin.count}>{t('traffic.cases')}</th>
                <th scope="col" className={admin.count}>{t('traffic.waiting')}</th>
                <th scope="col" className={admin.count}>{t('traffic.incidents')}</th>
                <th scope="col">{t('definitions.deployed')}</th>
              </tr>
            </thead>
            <tbody>{rows.map((row) => <Row key={row.id} row={row} />)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ row }: { row: Version }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <Link to="/definitions/$definitionId" params={{ definitionId: row.id }}>{row.name}</Link>
        <div className={table.faint}><code>{row.key}</code></div>
      </td>
      <td data-label={t('definitions.version')}>
        {row.version} {!row.is_latest && <span className={table.faint}>{t('definitions.older')}</span>}
      </td>
      <td className={`${admin.count} ${table.short}`} data-label={t('traffic.cases')}>{row.cases}</td>
      <td className={`${admin.count} ${table.short}`} data-label={t('traffic.waiting')}>{row.tokens}</td>
      <td className={`${admin.count} ${table.short}`} data-label={t('traffic.incidents')}>
        {row.incidents > 0 ? (
          <Link to="/definitions/$definitionId" params={{ definitionId: row.id }} className={table.late}>
            <WarningOutlined aria-hidden /> {row.incidents}
          </Link>
        ) : 0}
      </td>
      <td className={table.nowrap} data-label={t('definitions.deployed')}>{shortTime(row.deployed_at, serverNow())}</td>
    </tr>
  );
}
