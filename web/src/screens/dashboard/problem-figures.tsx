import { useTranslation } from 'react-i18next';

import type { Dashboard } from '../../api/types';
import type { ScopeSearch } from '../../search';
import { FigureNumber } from './number';
import { percent } from './rates';
import styles from './dashboard.module.css';

/** Rectification rate and 回头看 pass rate, with what they are made of. */
export function ProblemFigures({ problems, scope }: { problems: Dashboard['problems']; scope: ScopeSearch }) {
  const { t } = useTranslation();
  const share = (part: number, whole: number) => {
    const value = percent(part, whole);
    return value === undefined ? t('dashboard.none') : t('dashboard.percent', { value });
  };
  const number = (figure: keyof Dashboard['problems']) => (
    <FigureNumber scope={scope} figure={figure} value={problems[figure]} />
  );
  return (
    <dl className={styles.rates}>
      <div>
        <dt>{t('dashboard.rectified')}</dt>
        <dd className={styles.big}>{share(problems.settled, problems.problems)}</dd>
        <dd>{number('settled')} / {number('problems')} {t('figure.settled')}</dd>
      </div>
      <div>
        <dt>{t('dashboard.passed')}</dt>
        <dd className={styles.big}>{share(problems.passed, problems.rechecked)}</dd>
        <dd>{number('passed')} / {number('rechecked')} {t('figure.rechecked')}</dd>
      </div>
      <div>
        <dt>{t('dashboard.late')}</dt>
        <dd className={`${styles.big} ${problems.late_problems > 0 ? styles.late : ''}`}>{number('late_problems')}</dd>
      </div>
    </dl>
  );
}
