import { CheckOutlined } from '@ant-design/icons';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { STAGES, type Stage } from './stages';
import styles from './stage-line.module.css';

/** Where a case stands in the procedure, in one line; scrolls sideways on a phone. */
export function StageLine({ stage }: { stage: string }) {
  const { t } = useTranslation();
  const line = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = line.current?.querySelector<HTMLElement>('[aria-current]');
    // only the line scrolls, never the page
    if (line.current && current) line.current.scrollLeft = current.offsetLeft - line.current.clientWidth / 2;
  }, [stage]);
  const at = STAGES.indexOf(stage as Stage);
  if (at === -1) return null;
  return (
    <ol ref={line} className={styles.line} aria-label={t('case.stages')}>
      {STAGES.map((name, index) => {
        const state = index < at ? 'done' : index === at ? 'current' : 'ahead';
        return (
          <li key={name} className={styles[state]} aria-current={state === 'current' ? 'step' : undefined}>
            <span className={styles.dot}>{state === 'done' && <CheckOutlined aria-hidden />}</span>
            {t(`stage.${name}`)}
          </li>
        );
      })}
    </ol>
  );
}
