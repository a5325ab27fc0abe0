import { QueryClient } from '@tanstack/react-query';

import { whenSignedOut } from './api/client';
import { asProblem } from './api/problem';

/** The one store of server state. A client's mistake (4xx) is not worth asking again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => {
        const { status } = asProblem(error);
        return count < 2 && (status === 0 || status >= 500);
      },
    },
    mutations: { retry: false },
  },
});

// the session ended elsewhere: the frame lays a sign-in over the screen (screens/frame)
whenSignedOut(() => {
  queries.setQueryData(['session'], null);
});
