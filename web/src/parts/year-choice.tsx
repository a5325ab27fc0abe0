import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { isoDay } from '../format/dates';
import { serverNow } from '../session/clock';

/** How many years back a list can be narrowed to. */
const YEARS = 6;

type Props = { value: number | undefined; onChange: (year: number | undefined) => void };

export function YearChoice({ value, onChange }: Props) {
  const { t } = useTranslation();
  const now = Number(isoDay(serverNow()).slice(0, 4));
  const years = Array.from({ length: YEARS }, (_, back) => now - back);
  return (
    <Select<number>
      aria-label={t('filter.year')}
      value={value ?? 0}
      onChange={(year) => { onChange(year === 0 ? undefined : year); }}
      options={[
        { value: 0, label: t('filter.all_years') },
        ...years.map((year) => ({ value: year, label: t('filter.year_value', { year }) })),
      ]}
    />
  );
}
