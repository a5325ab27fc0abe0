import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { DiagramProcess } from '../api/types';
import { outline, stateOf, tokensAt, type Step } from './outline';
import styles from './step-list.module.css';

type Props = {
  process: DiagramProcess;
  withStates: boolean;
  canOpen: (key: string | null) => boolean;
  open: (key: string) => void;
  facts: Record<string, string>;
  /** the step to mark */
  at?: string;
  onElement?: (elementId: string) => void;
};

/** The same as the drawing, in words: for screen readers, and for who prefers to read. */
export function StepList({ process, withStates, canOpen, open, facts, at, onElement }: Props) {
  const { t } = useTranslation();
  const steps = useMemo(() => outline(process.xml), [process.xml]);
  return (
    <details className={styles.details} open={at !== undefined || undefined}>
      <summary>{t('diagram.as_list')}</summary>
      <ol className={styles.list}>
        {steps.map((step) => (
          <li key={step.id} aria-current={step.id === at ? 'step' : undefined} style={{ marginInlineStart: `${step.depth * 1.5}em` }}>
            <span className={styles.kind}>{t(`step_kind.${step.kind}`)}</span>
            <StepName step={step} canOpen={canOpen} open={open} />
            {withStates && <StepState process={process} id={step.id} />}
            {facts[step.id] && (
              <Button type="link" size="small" disabled={!onElement} onClick={() => { onElement?.(step.id); }}>
                {facts[step.id]}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

function StepName({ step, canOpen, open }: { step: Step } & Pick<Props, 'canOpen' | 'open'>) {
  const { t } = useTranslation();
  const name = step.name || t('step.unnamed');
  const { calls } = step;
  if (!calls || !canOpen(calls)) return <span>{name}</span>;
  return (
    <Button type="link" size="small" onClick={() => { open(calls); }}>
      {name}
    </Button>
  );
}

function StepState({ process, id }: { process: DiagramProcess; id: string }) {
  const { t } = useTranslation();
  const state = stateOf(process, id);
  const count = tokensAt(process, id);
  return (
    <span className={styles[state]}>
      {count > 1 ? t('step.current_count', { count }) : t(`step.${state}`)}
    </span>
  );
}
