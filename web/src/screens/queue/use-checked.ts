import { useState } from 'react';

import type { TaskSummary } from '../../api/types';

export type Checked = {
  tasks: TaskSummary[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  all: (on: boolean) => void;
};

/** The rows that a bulk act would be about; what left the list is no longer among them. */
export function useChecked(shown: TaskSummary[]): Checked {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    tasks: shown.filter((task) => ids.has(task.id)),
    has: (id) => ids.has(id),
    toggle: (id) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setIds(next);
    },
    all: (on) => { setIds(new Set(on ? shown.map((task) => task.id) : [])); },
  };
}
