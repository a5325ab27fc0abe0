import { useTranslation } from 'react-i18next';

import { Note } from '../../parts/note';
import type { Effects } from '../../queries/operations';

/** What a mend would do, in the server's words, then item by item. */
export function EffectList({ effects }: { effects: Effects }) {
  const { t } = useTranslation();
  return (
    <Note tone="soon" title={t('operations.would')} live>
      {effects.words.map((sentence) => <p key={sentence}>{sentence}</p>)}
      {(['cancels', 'creates', 'runs', 'skips'] as const).map((what) =>
        effects[what].length > 0 && (
          <div key={what}>
            <strong>{t(`operations.${what}`)}</strong>
            <ul>
              {effects[what].map((effect, place) => (
                <li key={`${effect.element_id}-${String(place)}`}>
                  {[effect.name || effect.element_name, effect.holder, effect.has_draft ? t('operations.with_draft') : ''].filter(Boolean).join(' · ')}
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
    </Note>
  );
}
