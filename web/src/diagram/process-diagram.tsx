import { Select } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { DiagramProcess } from '../api/types';
import { Waiting } from '../parts/waiting';
import type { Mark } from './marks';
import { outline } from './outline';
import { StepList } from './step-list';
import styles from './process-diagram.module.css';

const DiagramCanvas = lazy(() => import('./canvas'));

type Props = {
  processes: DiagramProcess[];
  /** without a case there is nothing done and nothing current */
  withStates?: boolean;
  /** opens a called process that is not among `processes` */
  onCall?: (key: string) => void;
  /** element → who did it and when, or who has it */
  facts?: Record<string, string>;
  /** the element to come near to and to mark */
  at?: string;
  /** the element whose process is shown first, where nothing else is asked for */
  home?: string;
  /** an element with such a fact was chosen */
  onElement?: (elementId: string) => void;
  /** numbers and shades on the elements of the process that is shown */
  marks?: Mark[];
};

const NO_FACTS: Record<string, string> = {};

/** The process where something is going on: the deepest with a token that is not just its call. */
export function liveliest(processes: DiagramProcess[]): string | undefined {
  const live = processes.filter((process) => process.current.length > 0);
  return (live[live.length - 1] ?? processes[0])?.key;
}

/** The process in which an element is drawn. */
function holding(processes: DiagramProcess[], at: string | undefined): string | undefined {
  return at ? processes.find((one) => outline(one.xml).some((step) => step.id === at))?.key : undefined;
}

/** Drawing and list of a case's processes; a click on a call activity opens what it calls. */
export function ProcessDiagram({ processes, withStates = true, onCall, facts = NO_FACTS, at, home, onElement, marks }: Props) {
  const { t } = useTranslation();
  // until somebody chooses, it follows the case from process to process
  const [chosen, choose] = useState<string>();
  const shown = chosen ?? holding(processes, at) ?? holding(processes, home) ?? liveliest(processes);
  const process = processes.find((one) => one.key === shown) ?? processes[0];
  if (!process) return null;
  const canOpen = (key: string | null) =>
    key !== null && (Boolean(onCall) || processes.some((one) => one.key === key));
  const open = (key: string) => {
    if (processes.some((one) => one.key === key)) choose(key);
    else onCall?.(key);
  };
  return (
    <div className={styles.diagram}>
      <div className={styles.head}>
        {processes.length > 1 && (
          <Select
            className={styles.choice}
            aria-label={t('diagram.process')}
            value={process.key}
            onChange={choose}
            options={processes.map((one) => ({
              value: one.key,
              label: one.current.length > 0 ? t('diagram.live', { name: one.name }) : one.name,
            }))}
          />
        )}
        {withStates && (
          <ul className={styles.legend} aria-label={t('diagram.legend')}>
            <li className={styles.done}>{t('step.done')}</li>
            <li className={styles.current}>{t('step.current')}</li>
            <li className={styles.ahead}>{t('step.ahead')}</li>
          </ul>
        )}
      </div>
      <div className={styles.canvas}>
        <Suspense fallback={<Waiting />}>
          <DiagramCanvas
            process={process}
            label={t('diagram.label', { name: process.name })}
            onCall={open}
            facts={facts}
            at={at}
            onElement={onElement}
            marks={marks}
          />
        </Suspense>
      </div>
      <StepList process={process} withStates={withStates} canOpen={canOpen} open={open} facts={facts} at={at} onElement={onElement} />
    </div>
  );
}
