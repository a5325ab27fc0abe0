import { useTranslation } from 'react-i18next';

/** What a kind of unit is called; one that no domain here names is shown as it was written. */
export function useKindName(): (kind: string) => string {
  const { t, i18n } = useTranslation();
  return (kind) => (i18n.exists(`unit_kind.${kind}`) ? t(`unit_kind.${kind as 'school'}`) : kind);
}
