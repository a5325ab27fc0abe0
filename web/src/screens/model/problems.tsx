import { CheckCircleOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import table from '../../parts/plain-table.module.css';
import { problemText } from '../../parts/problem-text';
import type { ModelFault } from '../../queries/model-drafts';
import styles from './edit-step.module.css';

/** A model from elsewhere may have thousands: the first ones are enough to begin with. */
const SHOWN = 100;

type Props = {
  faults: ModelFault[] | undefined;
  isChecking: boolean;
  isStale: boolean;
  error: unknown;
  onCheck: () => void;
  onGo: (fault: ModelFault) => void;
};

/** What a deployment would refuse, with the way to each place. */
export function Problems({ faults, isChecking, isStale, error, onCheck, onGo }: Props) {
  const { t } = useTranslation();
  const [isShown, show] = useState(true);
  const count = faults?.length ?? 0;
  return (
    <section className={styles.problems} aria-label={t('model_problems.title')}>
      <div className={styles.problemsHead}>
        <h2>{t('model_problems.title')}</h2>
        <span role="status">
          {isChecking && t('model_problems.checking')}
          {!isChecking && error !== null && problemText(t, asProblem(error))}
          {!isChecking && error === null && !faults && t('model_problems.not_yet')}
          {!isChecking && faults?.length === 0 && (
            <span className={styles.fine}><CheckCircleOutlined aria-hidden /> {t('model_problems.none')}</span>
          )}
          {!isChecking && count > 0 && (
            <span className={styles.found}>
              <ExclamationCircleOutlined aria-hidden /> {t('model_problems.count', { count })}
            </span>
          )}
        </span>
        {isStale && !isChecking && <span className={styles.faint}>{t('model_problems.stale')}</span>}
        <span className={styles.gap} />
        {count > 0 && (
          <Button size="small" type="text" aria-expanded={isShown} onClick={() => { show(!isShown); }}>
            {isShown ? t('model_problems.hide') : t('model_problems.shown')}
          </Button>
        )}
        <Button size="small" loading={isChecking} onClick={onCheck}>{t('model_problems.check')}</Button>
      </div>
      {isShown && faults && count > 0 && (
        <div className={styles.problemsBody}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">{t('model_problems.where')}</th>
                <th scope="col">{t('model_problems.what')}</th>
                <th scope="col">{t('model_problems.consequence')}</th>
                <th scope="col">{t('model_problems.mend')}</th>
              </tr>
            </thead>
            <tbody>
              {faults.slice(0, SHOWN).map((fault, index) => (
                <tr key={index}>
                  <td>
                    <button type="button" className={table.link} onClick={() => { onGo(fault); }}>
                      {fault.element_name || fault.element_id || fault.file}
                    </button>
                    <div className={styles.path}>{fault.file}</div>
                  </td>
                  <td>{fault.detail}</td>
                  <td>{fault.consequence}</td>
                  <td>{fault.mend}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {count > SHOWN && <p className={styles.faint}>{t('model_problems.more', { count: count - SHOWN })}</p>}
        </div>
      )}
    </section>
  );
}
