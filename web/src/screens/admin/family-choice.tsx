import { Select } from 'antd';
import { useTranslation } from 'react-i18next';

type Props = { families: { key: string; name: string }[]; value: string; onChange: (key: string) => void };

/** Whose rules are shown; hidden where there is one family only. */
export function FamilyChoice({ families, value, onChange }: Props) {
  const { t } = useTranslation();
  if (families.length < 2) return null;
  return (
    <Select
      aria-label={t('rules.family')}
      value={value}
      onChange={onChange}
      options={families.map((family) => ({ value: family.key, label: family.name }))}
    />
  );
}
