import { createContext, use } from 'react';

import type { Completion, Task, Values } from '../../../api/types';
import type { Address } from '../../../queries/tasks';

/** What a dialog needs of the task page around it. */
export type Desk = {
  task: Task;
  /** Saves what is typed in the form, then answers the revision that the act must name. */
  address: () => Promise<Address>;
  /** The values of the form if the browser finds nothing wrong with them; else null, and it is shown. */
  checked: () => Values | null;
  /** The task as it is after an act that leaves it open. */
  changed: (task: Task) => void;
  /** An act that ended it here; `said` tells what happened. */
  completed: (completion: Completion, said: string) => void;
  reload: () => void;
};

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (!desk) throw new Error('a dialog of the task page was drawn outside of it');
  return desk;
}

export type DialogProps = { close: () => void };
