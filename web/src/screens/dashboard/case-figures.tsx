import { CheckCircleOutlined, ClockCircleOutlined, ExclamationCircleFilled, FolderOpenOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { Dashboard } from '../../api/types';
import type { ScopeSearch } from '../../search';
import { FigureNumber } from './number';
import styles from './dashboard.module.css';

const FIGURES = [
  ['open', FolderOpenOutlined],
  ['overdue', ExclamationCircleFilled],
  ['due_soon', ClockCircleOutlined],
  ['closed', CheckCircleOutlined],
] as const;

/** 在办 / 逾期 / 即将到期 / 已办结. */
export function CaseFigures({ cases, scope }: { cases: Dashboard['cases']; scope: ScopeSearch }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.tiles} aria-label={t('dashboard.cases')}>
      {FIGURES.map(([figure, Icon]) => (
        <li key={figure} className={`${styles.tile} ${cases[figure] > 0 ? styles[figure] : ''}`}>
          <span className={styles.label}>
            <Icon aria-hidden /> {t(`figure.${figure}`)}
          </span>
          <FigureNumber scope={scope} figure={figure} value={cases[figure]} className={styles.big} />
        </li>
      ))}
    </ul>
  );
}
