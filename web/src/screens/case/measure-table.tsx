import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../../api/types';
import { isoDay } from '../../format/dates';
import table from '../../parts/plain-table.module.css';

/** Pressure and accountability measures, each with whom it is taken against and how far it is. */
export function MeasureTable({ measures }: { measures: SupervisionCase['measures'] }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('measure.kind')}</th>
            <th scope="col">{t('measure.target')}</th>
            <th scope="col">{t('measure.decided_on')}</th>
            <th scope="col">{t('measure.state')}</th>
          </tr>
        </thead>
        <tbody>
          {measures.map((measure) => (
            <tr key={measure.id}>
              <td>
                {measure.kind_name}
                {measure.detail && <div className={table.faint}>{measure.detail}</div>}
              </td>
              <td>{measure.target}</td>
              <td className={table.nowrap}>{measure.decided_on ? isoDay(measure.decided_on) : '—'}</td>
              <td className={table.nowrap}>
                {measure.state_name}
                {measure.result && <div className={table.faint}>{measure.result}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
