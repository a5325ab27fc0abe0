import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { HistoryEvent } from '../api/types';
import { eventsQuery } from '../queries/instances';

/** The whole record of a case, page after page as they come: the first pages are there at once. */
export function useRecord(instanceId: string): HistoryEvent[] {
  const { data, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(eventsQuery(instanceId));
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return data?.pages.flatMap((page) => page.items) ?? [];
}
