import { CheckOutlined, CloseCircleOutlined, MinusOutlined, WarningOutlined } from '@ant-design/icons';
import { Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import table from '../../parts/plain-table.module.css';
import admin from '../admin/admin.module.css';
import styles from './migration.module.css';
import { urgency, type Placed } from './pair-state';

type Props = {
  pairs: Placed[];
  names: { before: Map<string, string>; after: Map<string, string> };
  chosen: string | undefined;
  choose: (source: string) => void;
  edit: (place: number, target: string | null) => void;
};

const ICONS = { mapped: CheckOutlined, unplaced: WarningOutlined, invalid: CloseCircleOutlined, none: MinusOutlined };

/** Which element of the old version becomes which of the new one; those to look at come first. */
export function PairTable({ pairs, names, chosen, choose, edit }: Props) {
  const { t } = useTranslation();
  const [isWhole, showAll] = useState(false);
  const sorted = [...pairs].sort((a, b) => urgency(a) - urgency(b));
  const shown = isWhole ? sorted : sorted.filter((pair) => urgency(pair) < 3 || pair.tokens > 0 || pair.source === chosen);
  const options = [...names.after].map(([value, name]) => ({ value, label: name === value ? value : `${name}（${value}）` }));
  return (
    <>
      <Checkbox checked={isWhole} onChange={({ target }) => { showAll(target.checked); }}>
        {t('migrations.show_same', { count: pairs.length })}
      </Checkbox>
      {shown.length === 0 && <p className={table.faint}>{t('migrations.all_same')}</p>}
      {shown.length > 0 && (
        <div className={table.scroll}>
          <table className={`${table.table} ${table.cards}`}>
            <thead>
              <tr>
                <th scope="col">{t('migrations.source')}</th>
                <th scope="col" className={admin.count}>{t('traffic.waiting')}</th>
                <th scope="col">{t('migrations.target')}</th>
                <th scope="col">{t('migrations.how')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((pair) => {
                const Icon = ICONS[pair.state];
                return (
                  <tr key={pair.source} className={pair.source === chosen ? styles['is-chosen'] : undefined}>
                    <td>
                      <button type="button" className={table.link} aria-pressed={pair.source === chosen} onClick={() => { choose(pair.source); }}>
                        {names.before.get(pair.source) ?? pair.source}
                      </button>
                      <div className={table.faint}><code>{pair.source}</code></div>
                    </td>
                    <td className={admin.count} data-label={t('traffic.waiting')}>{pair.tokens}</td>
                    <td data-label={t('migrations.target')}>
                      <Select
                        className={styles.target}
                        aria-label={t('migrations.target_of', { source: pair.source })}
                        allowClear
                        showSearch={{ optionFilterProp: 'label' }}
                        value={pair.target ?? undefined}
                        placeholder={t('migrations.no_target')}
                        onChange={(target: string | undefined) => { edit(pair.place, target ?? null); }}
                        options={options}
                      />
                    </td>
                    <td data-label={t('migrations.how')} className={pair.state === 'invalid' || pair.state === 'unplaced' ? table.late : undefined}>
                      <Icon aria-hidden /> {t(`migrations.pair_${pair.state}`)}
                      <div className={table.faint}>{t(`migrations.how_${pair.how}`)}</div>
                      {pair.reasons.map((reason) => <div key={reason} className={table.faint}>{reason}</div>)}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
