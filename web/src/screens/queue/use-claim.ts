import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { problemText } from '../../parts/problem-text';
import { claim } from '../../queries/tasks';

/** Claims from the row; whatever came of it, the lists are read again. */
export function useClaim() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  return useMutation({
    mutationFn: claim,
    onSuccess: (task) => void message.success(t('claim.done', { name: task.name })),
    onError: (error) => void message.error(problemText(t, asProblem(error)), 6),
    onSettled: () => client.invalidateQueries({ queryKey: ['tasks'] }),
  });
}

export type Claim = ReturnType<typeof useClaim>;
