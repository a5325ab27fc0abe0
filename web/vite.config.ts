import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { formWords } from './build/form-words.ts';
import { simulationWords } from './build/simulation-words.ts';
import { tokensCss } from './build/tokens-css.ts';

export default defineConfig({
  plugins: [tokensCss(), formWords(), simulationWords(), react()],
  // form-js' editor asks for an older preact than its viewer: with two of them its hooks break
  resolve: { dedupe: ['preact'] },
  // form-js must pass through form-words, so it may not be pre-bundled by the dev server
  optimizeDeps: { exclude: ['@bpmn-io/form-js-viewer', '@bpmn-io/form-js-editor', 'bpmn-js-token-simulation'] },
  server: { proxy: { '/api': process.env['DUDAO_API'] ?? 'http://127.0.0.1:8000' } },
  build: { target: 'chrome94', sourcemap: false, chunkSizeWarningLimit: 1200, manifest: true },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'build/**/*.test.ts'] },
});
