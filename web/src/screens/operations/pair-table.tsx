import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import table from '../../parts/plain-table.module.css';
import type { PlanPair } from '../../queries/migrations';

type Props = { pairs: PlanPair[]; edit: (place: number, target: string | null) => void };

/** Which element of the old version becomes which of the new one; those to look at come first. */
export function PairTable({ pairs, edit }: Props) {
  const { t } = useTranslation();
  const targets = [...new Set(pairs.flatMap((pair) => (pair.target ? [pair.target] : [])))].sort();
  const places = pairs
    .map((pair, place) => ({ pair, place }))
    .sort((a, b) => Number(a.pair.how === 'same') - Number(b.pair.how === 'same'));
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('migrations.process')}</th>
            <th scope="col">{t('migrations.source')}</th>
            <th scope="col">{t('migrations.target')}</th>
            <th scope="col">{t('migrations.how')}</th>
          </tr>
        </thead>
        <tbody>
          {places.map(({ pair, place }) => (
            <tr key={`${pair.process}-${pair.source}`}>
              <td><code>{pair.process}</code></td>
              <td><code>{pair.source}</code></td>
              <td>
                <Select
                  aria-label={t('migrations.target_of', { source: pair.source })}
                  style={{ minWidth: 220 }}
                  allowClear
                  showSearch
                  value={pair.target ?? undefined}
                  placeholder={t('migrations.no_target')}
                  onChange={(target: string | undefined) => { edit(place, target ?? null); }}
                  options={targets.map((target) => ({ value: target, label: target }))}
                />
              </td>
              <td className={pair.how === 'none' ? table.late : undefined}>{t(`migrations.how_${pair.how}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
