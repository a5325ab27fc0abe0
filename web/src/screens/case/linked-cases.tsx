import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../../api/types';
import { isoDay } from '../../format/dates';
import { Blank } from '../../parts/blank';
import table from '../../parts/plain-table.module.css';

const LINKS = ['origin', 'following', 'same_unit'] as const;

/** What the case came from, what came of it, its reviews and appeals, others about the unit. */
export function LinkedCases({ dossier }: { dossier: SupervisionCase }) {
  const { t } = useTranslation();
  const appeals = dossier.appeals.filter((appeal) => appeal.instance_id);
  if (dossier.linked.length + appeals.length === 0) {
    return <Blank title={t('linked.none')}>{t('linked.none_text')}</Blank>;
  }
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('linked.how')}</th>
            <th scope="col">{t('linked.case')}</th>
            <th scope="col">{t('linked.office')}</th>
            <th scope="col">{t('linked.on')}</th>
            <th scope="col">{t('linked.state')}</th>
          </tr>
        </thead>
        <tbody>
          {appeals.map((appeal) => (
            <tr key={appeal.id}>
              <td className={table.nowrap}>{appeal.kind_name}</td>
              <td>
                {appeal.instance_id && (
                  <Link to="/cases/$instanceId" params={{ instanceId: appeal.instance_id }}>{appeal.kind_name}</Link>
                )}
              </td>
              <td>—</td>
              <td className={table.nowrap}>{isoDay(appeal.received_on)}</td>
              <td>{appeal.result_name ?? appeal.state_name}</td>
            </tr>
          ))}
          {LINKS.flatMap((link) => dossier.linked.filter((one) => one.link === link)).map((one) => (
            <tr key={one.case.id}>
              <td className={table.nowrap}>{t(`linked.${one.link as (typeof LINKS)[number]}`)}</td>
              <td>
                <Link to="/cases/$instanceId" params={{ instanceId: one.case.instance_id }}>{one.case.title}</Link>
                <div className={table.faint}>{one.case.number}</div>
              </td>
              <td>{one.case.office.name}</td>
              <td className={table.nowrap}>{isoDay(one.case.opened_on)}</td>
              <td className={table.nowrap}>{one.case.stage_name}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
