import type { Plugin } from 'vite';

import { toCss } from '../src/tokens.ts';

const NAME = 'virtual:tokens.css';

/** Serves src/tokens.ts as a style sheet, so that no colour is written twice. */
export function tokensCss(): Plugin {
  return {
    name: 'tokens-css',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? toCss() : undefined),
  };
}
