import { useTranslation } from 'react-i18next';

import '../../diagram/canvas.css';
import styles from './definition-screen.module.css';
import { amountOf, steps, type Row, type View } from './traffic-marks';

/** What the numbers and shades on the drawing mean. */
export function Legend({ rows, view }: { rows: Row[]; view: View }) {
  const { t } = useTranslation();
  if (view === 'now') {
    return (
      <ul className={styles.legend} aria-label={t('diagram.legend')}>
        {(['waiting', 'incident', 'done'] as const).map((kind) => (
          <li key={kind}>
            <span className={`dudao-badge is-${kind}`} aria-hidden>{t(`traffic.badge_${kind}`, { count: 3 })}</span>
            {t(`traffic.legend_${kind}`)}
          </li>
        ))}
      </ul>
    );
  }
  const most = Math.max(0, ...rows.map((row) => amountOf(row, view)));
  if (most === 0) return <p className={styles.period}>{t('traffic.nothing')}</p>;
  return (
    <ul className={styles.legend} aria-label={t('diagram.legend')}>
      <li>{t(`traffic.legend_${view}`)}</li>
      {steps(most, view === 'often').map((end, place) => end > 0 && (
        <li key={place}>
          <span className={styles.shade} data-level={place + 1} aria-hidden />
          {t('traffic.up_to', { end })}
        </li>
      ))}
    </ul>
  );
}
