import { infiniteQueryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

export const notificationsQuery = infiniteQueryOptions({
  queryKey: ['notifications'],
  queryFn: ({ pageParam }) =>
    unwrap(api.GET('/api/v1/notifications', { params: { query: { cursor: pageParam, limit: 20 } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  staleTime: 0,
});

export const notifications = {
  read: (id: string) =>
    unwrap(
      api.POST('/api/v1/notifications/{notification_id}/read', {
        params: { path: { notification_id: id } },
      }),
    ),
  readAll: (until: string | null) => unwrap(api.POST('/api/v1/notifications/read', { body: { until } })),
};
