import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Unit } from '../../api/types';
import table from '../../parts/plain-table.module.css';
import { UnitActs } from './unit-acts';
import type { UnitRow } from './unit-tree';
import { useKindName } from './use-kind-name';
import styles from './admin.module.css';

type Props = {
  rows: UnitRow[];
  units: Unit[];
  shut: ReadonlySet<string>;
  toggle: (id: string) => void;
  mayChange: boolean;
};

/** The units, each further in than its superior; a branch folds. */
export function UnitTable({ rows, units, shut, toggle, mayChange }: Props) {
  const { t } = useTranslation();
  const kindName = useKindName();
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            <th scope="col">{t('units.name')}</th>
            <th scope="col">{t('units.code')}</th>
            <th scope="col">{t('units.kind')}</th>
            <th scope="col">{t('users.state')}</th>
            {mayChange && <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ unit, depth, hasBelow }) => (
            <tr key={unit.id}>
              <td>
                <span className={styles.branch} style={{ paddingInlineStart: `${String(depth * 1.25)}em` }}>
                  {hasBelow ? (
                    <Button
                      type="text"
                      size="small"
                      icon={shut.has(unit.id) ? <RightOutlined /> : <DownOutlined />}
                      aria-expanded={!shut.has(unit.id)}
                      aria-label={t('units.branch', { name: unit.name })}
                      onClick={() => { toggle(unit.id); }}
                    />
                  ) : <span className={styles.leaf} />}
                  <span>{unit.name}{unit.short_name && <span className={table.faint}> {unit.short_name}</span>}</span>
                </span>
              </td>
              <td className={table.nowrap} data-label={t('units.code')}>{unit.code}</td>
              <td data-label={t('units.kind')}>{kindName(unit.kind)}</td>
              <td className={table.nowrap} data-label={t('users.state')}>
                {unit.closed_on ? t('units.closed_on', { day: unit.closed_on }) : t('users.state_active')}
              </td>
              {mayChange && <td><UnitActs unit={unit} units={units} /></td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
