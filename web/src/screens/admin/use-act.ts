import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { App } from 'antd';

type Options<T> = {
  run: () => Promise<T>;
  /** First parts of the keys of what has changed. */
  touches: string[];
  said: string | ((done: T) => string);
  after?: (done: T) => void;
};

/** One act of administration: run, tell what happened, read anew what it touched. */
export function useAct<T>({ run, touches, said, after }: Options<T>): UseMutationResult<T, Error, void> {
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: run,
    onSuccess: (done) => {
      for (const key of touches) void client.invalidateQueries({ queryKey: [key] });
      void message.success(typeof said === 'string' ? said : said(done));
      after?.(done);
    },
  });
}
