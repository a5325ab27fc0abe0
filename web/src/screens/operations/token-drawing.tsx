import { useQueries } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { DiagramProcess } from '../../api/types';
import type { Mark } from '../../diagram/marks';
import { ProcessDiagram } from '../../diagram/process-diagram';
import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { definitionXmlQuery } from '../../queries/definitions';
import type { Operated } from '../../queries/operations';

/** Where the case's tokens stand and what broke, drawn. */
export function TokenDrawing({ operated }: { operated: Operated }) {
  const { t } = useTranslation();
  const found = useQueries({
    queries: operated.processes.map((process) => definitionXmlQuery(process.definition_id)),
    combine: (results) => ({
      error: results.find((result) => result.error)?.error,
      isPending: results.some((result) => result.isPending),
      texts: results.map((result) => result.data),
      again: () => { for (const result of results) void result.refetch(); },
    }),
  });
  const processes = useMemo(() => drawn(operated, found.texts), [operated, found.texts]);
  const marks = useMemo(() => marksOf(operated, t), [operated, t]);
  if (found.error) return <Failure error={found.error} retry={found.again} />;
  if (found.isPending) return <Waiting lines={6} />;
  const facts = Object.fromEntries(
    operated.tokens.map((token) => [token.element_id, t(`operations.waits_${token.waits_for}`)]),
  );
  return <ProcessDiagram processes={processes} facts={facts} marks={marks} />;
}

/** How much broke at each element. */
function marksOf(operated: Operated, t: TFunction): Mark[] {
  const ids = [...new Set(operated.incidents.map((incident) => incident.element_id))];
  return ids.map((id) => {
    const count = operated.incidents.filter((incident) => incident.element_id === id).length;
    return { id, badges: [{ kind: 'incident', text: t('traffic.badge_incident', { count }) }] };
  });
}

function drawn(operated: Operated, texts: (string | undefined)[]): DiagramProcess[] {
  return operated.processes.map(({ key, name, done }, place) => {
    const standing = operated.tokens.filter((token) => token.process_key === key);
    const ids = [...new Set(standing.map((token) => token.element_id))];
    return {
      key,
      name,
      xml: texts[place] ?? '',
      done,
      current: ids.map((id) => ({
        element_id: id,
        count: standing.filter((token) => token.element_id === id).length,
        scope: null,
      })),
    };
  });
}
