import { useState } from 'react';

import type { TaskSummary } from '../../api/types';

const STORED = 'dudao.queue.selected';

/** The row the keyboard stands on; kept over leaving the page, so Back finds the same row. */
export function useSelected(
  tasks: TaskSummary[],
): [string | null, (id: string) => void] {
  const [id, setId] = useState(() => sessionStorage.getItem(STORED));
  const select = (next: string) => {
    sessionStorage.setItem(STORED, next);
    setId(next);
  };
  return [tasks.some((task) => task.id === id) ? id : null, select];
}
