import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { App } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { asProblem } from '../../api/problem';
import { problemText } from '../../parts/problem-text';
import { rehearsalQuery, runOn, storyOn, type RehearsalState } from '../../queries/rehearsals';

export const CLOCK = 'clock';

type Wish = { what: string; isWanted: () => boolean };

/**
 * What plays by itself, in small pieces, until it is done or stopped: the story up to a step (its
 * number), or the clock. It stands in the address, so that a reload goes on with it.
 */
export function useGoing(id: string) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { going } = useSearch({ from: '/office/models/$draftId' });
  const navigate = useNavigate({ from: '/models/$draftId' });
  const say = (what: string | undefined) => {
    void navigate({ search: (known) => ({ ...known, going: what }), replace: true });
  };
  const { mutate } = useMutation({
    mutationFn: async ({ what, isWanted }: Wish) => {
      const key = rehearsalQuery(id).queryKey;
      let state = what === CLOCK ? undefined : client.getQueryData(key);
      while (isWanted() && !(state && hasArrived(state, what))) {
        state = what === CLOCK ? await runOn(id) : await storyOn(id, Number(what));
        client.setQueryData(key, state);
      }
    },
    onError: (problem) => void message.error(problemText(t, asProblem(problem))),
    // whoever stopped it, or left, has changed the address
    onSettled: (_done, _error, { isWanted }) => { if (isWanted()) say(undefined); },
  });
  useEffect(() => {
    if (going === undefined) return undefined;
    let isWanted = true;
    mutate({ what: going, isWanted: () => isWanted });
    return () => { isWanted = false; };
  }, [going, mutate]);
  return { what: going, begin: say, stop: () => { say(undefined); } };
}

/** The story is at its step or goes no further; the clock stopped for another reason than its piece. */
function hasArrived({ story, run }: RehearsalState, what: string): boolean {
  if (what === CLOCK) return run !== null && run.halt !== 'time' && run.halt !== 'steps';
  return !story || story.stopped !== '' || story.step >= Math.min(Number(what), story.steps);
}
