import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';

import type { TaskSummary } from '../../api/types';
import { batchesQuery } from '../../queries/bulk';

const BatchPanel = lazy(() => import('./batch-panel'));

/** The work on many tasks that the address names, else one's own that was going on when the page was opened. */
export function BatchWork({ chosen, tasks }: { chosen: string | undefined; tasks: TaskSummary[] }) {
  const navigate = useNavigate({ from: '/tasks' });
  const { data: batches = [] } = useQuery(batchesQuery);
  const [closed, setClosed] = useState<string[]>([]);
  const going = batches.find((batch) => batch.waiting > 0 && !closed.includes(batch.id));
  const batchId = chosen ?? going?.id;
  if (!batchId) return null;
  return (
    <Suspense>
      <BatchPanel
        key={batchId} batchId={batchId} tasks={tasks}
        close={() => {
          setClosed([...closed, batchId]);
          void navigate({ search: (old) => ({ ...old, batch: undefined }), replace: true });
        }}
      />
    </Suspense>
  );
}
