import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { HistoryEvent, TaskSummary } from '../api/types';
import { ProcessDiagram } from '../diagram/process-diagram';
import { shortTime } from '../format/dates';
import { diagramQuery, instanceQuery } from '../queries/instances';
import { serverNow } from '../session/clock';
import { Blank } from './blank';
import { Failure } from './failure';
import { holder } from './holder';
import { useRecord } from './use-record';
import { Waiting } from './waiting';

/** Events that say that somebody did a step. */
const DONE = new Set(['task.completed', 'task.voted']);

type Props = {
  instanceId: string;
  /** the element to come near to and to mark */
  at?: string;
  /** the element whose process is shown first: a case may stand in several */
  home?: string;
  /** shows the record of an element that was clicked */
  onElement?: (elementId: string) => void;
};

/** Where the case stands, drawn; each step says who did it and when. */
export function DiagramPanel({ instanceId, at, home, onElement }: Props) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(diagramQuery(instanceId));
  const events = useRecord(instanceId);
  const { data: instance } = useQuery(instanceQuery(instanceId));
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data.processes.length === 0) return <Blank title={t('diagram.none')} />;
  return (
    <ProcessDiagram
      processes={data.processes}
      facts={factsOf(events, instance?.open_tasks ?? [], t)}
      at={at}
      home={home}
      onElement={onElement}
    />
  );
}

/** element → who did it and when, or who has it now. */
function factsOf(events: HistoryEvent[], open: TaskSummary[], t: TFunction): Record<string, string> {
  const now = serverNow();
  const done = events
    .filter((event) => event.element_id && DONE.has(event.kind))
    .map((event) => [
      event.element_id ?? '',
      [event.actor?.name, event.actor?.title, shortTime(event.at, now)].filter(Boolean).join(' '),
    ]);
  const current = open.map((task) => [
    task.element_id,
    `${holder(task, t)} ${t('history.since', { at: shortTime(task.created_at, now) })}`,
  ]);
  return Object.fromEntries([...done, ...current]) as Record<string, string>;
}
