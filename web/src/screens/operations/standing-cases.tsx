import { WarningOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { Schemas } from '../../api/types';
import { shortTime } from '../../format/dates';
import table from '../../parts/plain-table.module.css';
import { standingQuery } from '../../queries/operations';
import type { StandingSearch } from '../../search';
import { serverNow } from '../../session/clock';
import admin from '../admin/admin.module.css';
import { Endless } from '../admin/endless';

type Props = { search: StandingSearch; title: string };

/** Cases by number and place, each with the way to where it is mended. */
export function StandingCases({ search, title }: Props) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(standingQuery(search));
  return (
    <Endless list={list} label={title} none={t('standing.none_text')}>
      {(rows) => (
        <>
          <h2>{title}</h2>
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('standing.case')}</th>
                  <th scope="col">{t('standing.state')}</th>
                  <th scope="col">{t('operations.where')}</th>
                  <th scope="col" className={admin.count}>{t('operations.jobs')}</th>
                  <th scope="col" className={admin.count}>{t('operations.incidents')}</th>
                  <th scope="col">{t('standing.started')}</th>
                </tr>
              </thead>
              <tbody>{rows.map((row) => <Row key={row.id} row={row} />)}</tbody>
            </table>
          </div>
        </>
      )}
    </Endless>
  );
}

function Row({ row }: { row: Schemas['StandingInstance'] }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <Link to="/operations/cases/$instanceId" params={{ instanceId: row.id }}>{row.business_key ?? row.id}</Link>
        <div className={table.faint}>{row.definition.name} {t('operations.version', { version: row.definition.version })}</div>
      </td>
      <td data-label={t('standing.state')}>{t(`state.${row.state}`)}</td>
      <td data-label={t('operations.where')}>
        {row.tokens.length === 0 && '—'}
        {row.tokens.map((place) => (
          <div key={place.element_id}>
            {place.element_name || place.element_id} {place.count > 1 && t('traffic.times', { count: place.count })}
          </div>
        ))}
      </td>
      <td className={admin.count} data-label={t('operations.jobs')}>{row.jobs}</td>
      <td className={admin.count} data-label={t('operations.incidents')}>
        {row.incidents > 0 ? <span className={table.late}><WarningOutlined aria-hidden /> {row.incidents}</span> : 0}
      </td>
      <td className={table.nowrap} data-label={t('standing.started')}>{shortTime(row.started_at, serverNow())}</td>
    </tr>
  );
}
