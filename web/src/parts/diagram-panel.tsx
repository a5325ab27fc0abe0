import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { ProcessDiagram } from '../diagram/process-diagram';
import { diagramQuery } from '../queries/instances';
import { Blank } from './blank';
import { Failure } from './failure';
import { Waiting } from './waiting';

/** Where the case stands, drawn. */
export function DiagramPanel({ instanceId }: { instanceId: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(diagramQuery(instanceId));
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data.processes.length === 0) return <Blank title={t('diagram.none')} />;
  return <ProcessDiagram processes={data.processes} />;
}
