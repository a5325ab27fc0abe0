import { queryOptions } from '@tanstack/react-query';

import { api, unwrap } from '../api/client';
import type { Comment } from '../api/types';

export function commentsQuery(taskId: string) {
  return queryOptions({
    queryKey: ['comments', taskId],
    queryFn: () =>
      unwrap(api.GET('/api/v1/tasks/{task_id}/comments', { params: { path: { task_id: taskId } } })),
  });
}

export type Remark = { kind: Comment['kind']; text: string; reply_to: string | null };

export const comments = {
  say: (taskId: string, body: Remark) =>
    unwrap(
      api.POST('/api/v1/tasks/{task_id}/comments', { params: { path: { task_id: taskId } }, body }),
    ),
  withdraw: (commentId: string, reason: string) =>
    unwrap(
      api.POST('/api/v1/comments/{comment_id}/withdraw', {
        params: { path: { comment_id: commentId } },
        body: { reason },
      }),
    ),
};
