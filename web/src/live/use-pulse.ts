import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { asProblem } from '../api/problem';
import { pulseQuery } from '../queries/desk';

/**
 * Keeps lists and counts fresh by one small question every half minute: only when its answer
 * changes are the lists read again. True while the server cannot be reached.
 */
export function usePulse(): boolean {
  const client = useQueryClient();
  const { data, error } = useQuery(pulseQuery);
  const before = useRef(data);
  const wasLost = useRef(false);
  const problem = error ? asProblem(error) : null;
  const isLost = problem !== null && (problem.isNetwork || problem.status >= 500);
  useEffect(() => {
    if (data && before.current && data !== before.current) {
      void client.invalidateQueries({ queryKey: ['tasks', 'queue'] });
      void client.invalidateQueries({ queryKey: ['notifications'] });
    }
    before.current = data;
  }, [data, client]);
  useEffect(() => {
    if (wasLost.current && !isLost) {
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    }
    wasLost.current = isLost;
  }, [isLost, client]);
  return isLost;
}
