import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { FigureName, ScopeSearch } from '../../search';

type Props = {
  scope: ScopeSearch;
  figure: FigureName;
  value: number;
  /** Which step, office or kind, and what people call it. */
  of?: { key: string; named: string };
  className?: string;
};

/** A number that opens the list behind it; nothing is no link. */
export function FigureNumber({ scope, figure, value, of, className }: Props) {
  const { t } = useTranslation();
  if (value === 0) return <span className={className}>0</span>;
  return (
    <Link
      to="/dashboard/rows"
      search={{ ...scope, figure, ...of }}
      className={className}
      aria-label={[of?.named, t(`figure.${figure}`), value].filter(Boolean).join(' ')}
    >
      {value}
    </Link>
  );
}
