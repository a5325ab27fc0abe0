import { CheckOutlined } from '@ant-design/icons';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../../api/types';
import { steps, type Step } from './stages';
import styles from './stage-line.module.css';

/** Where a case stands in the procedure, in one line; scrolls sideways on a phone. */
export function StageLine({ dossier }: { dossier: SupervisionCase }) {
  const { t } = useTranslation();
  const line = useRef<HTMLOListElement>(null);
  const shown = steps(dossier.stage, dossier.accountability);
  const current = shown.find((step) => step.state === 'current')?.name;
  useEffect(() => {
    const item = line.current?.querySelector<HTMLElement>('[aria-current]');
    // only the line scrolls, never the page
    if (line.current && item) line.current.scrollLeft = item.offsetLeft - line.current.clientWidth / 2;
  }, [current]);
  if (shown.length === 0) return null;
  return (
    // what scrolls can be reached by the keyboard
    <ol ref={line} tabIndex={0} className={styles.line} aria-label={t('case.stages')}>
      {shown.map(({ name, state }: Step) => (
        <li key={name} className={styles[state]} aria-current={state === 'current' ? 'step' : undefined}>
          <span className={styles.dot}>{state === 'done' && <CheckOutlined aria-hidden />}</span>
          {t(`stage.${name}`)}
        </li>
      ))}
    </ol>
  );
}
