import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

import type { Completion, Task } from '../../../api/types';
import type { Address } from '../../../queries/tasks';
import { useDesk } from './desk';

type Wish<Answer> = {
  run: (address: Address) => Promise<Answer>;
  /** what happened, in a sentence */
  said: (answer: Answer) => string;
  /** after the answer is in place: the dialog closes, what was kept is dropped */
  done: () => void;
};

function isCompletion(answer: object): answer is Completion {
  return 'next_tasks' in answer;
}

function isTask(answer: object): answer is Task {
  return 'allowed_acts' in answer && 'revision' in answer;
}

/** One act of a dialog: the draft is saved, the act done, the page says what happened. */
export function useAct<Answer extends object>({ run, said, done }: Wish<Answer>) {
  const desk = useDesk();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation<Answer, Error>({
    mutationFn: async () => run(await desk.address()),
    onSuccess: (answer) => {
      done();
      if (isCompletion(answer)) return void desk.completed(answer, said(answer));
      void message.success(said(answer));
      if (isTask(answer)) desk.changed(answer);
      return undefined;
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void client.invalidateQueries({ queryKey: ['instance', desk.task.instance.id] });
    },
  });
}
