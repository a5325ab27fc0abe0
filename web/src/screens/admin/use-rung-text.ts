import { useTranslation } from 'react-i18next';

import type { Ladder } from '../../api/types';

/** The key of the ladder that every deadline without one of its own follows. */
export const EVERY = '*';

/** Who may be reminded of any deadline; roles and relations of the family come beside. */
export const ADDRESSEES = ['holder', 'candidates', 'starter'] as const;

export function useAddressee(): (to: string) => string {
  const { t } = useTranslation();
  return (to) => {
    const known = ADDRESSEES.find((one) => one === to);
    return known ? t(`ladders.to_${known}`) : to;
  };
}

/** One rung in words: when, to whom, by which channel. */
export function useRungText(): (rung: Ladder['rungs'][number]) => string {
  const { t } = useTranslation();
  const name = useAddressee();
  return ({ offset, unit, to, channels, binding }) => {
    const count = Math.abs(offset);
    const length = t(`ladders.unit_${unit}`, { count });
    const when = offset === 0 ? t('ladders.at') : t(offset < 0 ? 'ladders.before' : 'ladders.after', { length });
    const how = channels.map((channel) => t(`ladders.channel_${channel}`)).join(t('list.comma'));
    return [when, to.map(name).join(t('list.comma')), how, binding ? t('ladders.binding') : ''].filter(Boolean).join(' · ');
  };
}
