import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';

/** Steps that may still come, with the posts and, inside, the people who would do them. */
export function outlookQuery(instanceId: string) {
  return queryOptions({
    queryKey: ['instance', instanceId, 'outlook'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/instances/{instance_id}/outlook', {
          params: { path: { instance_id: instanceId } },
        }),
      ),
  });
}
