import { Link } from '@tanstack/react-router';

import type { Instance } from '../../api/types';
import { DeadlineChip } from '../../parts/deadline-chip';
import { taskName } from '../../parts/task-name';
import { serverNow } from '../../session/clock';
import { StateMark } from './state-mark';
import { unitOf } from './unit-of';
import styles from '../queue/task-cards.module.css';

/** The list of cases on a phone. */
export function CaseCards({ instances }: { instances: Instance[] }) {
  const now = serverNow();
  return (
    <ul className={styles.cards}>
      {instances.map((instance) => {
        const [task] = instance.open_tasks;
        return (
          <li key={instance.id} className={styles.card}>
            <div className={styles.top}>
              <Link to="/cases/$instanceId" params={{ instanceId: instance.id }} className={styles.step}>
                {instance.title || instance.definition.name}
              </Link>
              <StateMark instance={instance} />
            </div>
            <p className={styles.facts}>
              {instance.business_key && <span>{instance.business_key}</span>}
              <span>{unitOf(instance)}</span>
            </p>
            {task && (
              <p className={styles.top}>
                <span>{taskName(task)}</span>
                <DeadlineChip task={task} now={now} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
