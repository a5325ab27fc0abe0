import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

import type { DeadlineWhole } from '../../api/types';

type Wish<Answer> = { run: () => Promise<Answer>; said: (answer: Answer) => string; close: () => void };

/** Does an act on a clock; whatever shows the clock is read again, an open form is left alone. */
export function useClockAct<Answer>(deadline: DeadlineWhole, { run, said, close }: Wish<Answer>) {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation<Answer, Error>({
    mutationFn: run,
    onSuccess: (answer) => {
      void message.success(said(answer));
      close();
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['deadline', deadline.id] });
      void client.invalidateQueries({ queryKey: ['instance', deadline.instance.id] });
      void client.invalidateQueries({ queryKey: ['tasks'] });
    },
  });
}
