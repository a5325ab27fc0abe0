import { useTranslation } from 'react-i18next';

import type { OfficeFigures } from '../../api/types';
import table from '../../parts/plain-table.module.css';
import type { ScopeSearch } from '../../search';
import { FigureNumber } from './number';
import styles from './dashboard.module.css';

/** Offices by the share of limits that their cases kept, as the server sorted them. */
export function OfficeTable({ offices, scope }: { offices: OfficeFigures[]; scope: ScopeSearch }) {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('dashboard.office')}</th>
            <th scope="col" className={styles.count}>{t('dashboard.office_cases')}</th>
            <th scope="col" className={styles.count}>{t('dashboard.office_closed')}</th>
            <th scope="col" className={styles.count}>{t('dashboard.met')}</th>
            <th scope="col" className={styles.count}>{t('dashboard.not_met')}</th>
            <th scope="col" className={styles.share}>{t('dashboard.on_time')}</th>
          </tr>
        </thead>
        <tbody>
          {offices.map((office) => {
            const of = { key: office.id, named: office.name };
            const share = office.on_time === null ? undefined : Math.round(office.on_time * 100);
            return (
              <tr key={office.id}>
                <th scope="row" className={styles.row}>{office.name}</th>
                <td className={styles.count}><FigureNumber scope={scope} figure="of_office" value={office.cases} of={of} /></td>
                <td className={styles.count}><FigureNumber scope={scope} figure="closed_by_office" value={office.closed} of={of} /></td>
                <td className={styles.count}><FigureNumber scope={scope} figure="met" value={office.met} of={of} /></td>
                <td className={styles.count}><FigureNumber scope={scope} figure="not_met" value={office.not_met} of={of} /></td>
                <td className={styles.share}>
                  {share === undefined ? t('dashboard.none') : (
                    <>
                      <span className={styles.bar} aria-hidden><span style={{ width: `${String(share)}%` }} /></span>
                      {t('dashboard.percent', { value: share })}
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
