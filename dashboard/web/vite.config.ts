import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Where `npm start` serves the platform; `vite dev` passes what is not a page on to it. */
const platform = 'http://127.0.0.1:8080';

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react()],
  resolve: { alias: [{ find: /^#contracts\//, replacement: `${here('../../contracts')}/` }] },
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    // Which scripts each page loads at once: tests/contract/page-weight.test.ts weighs them.
    manifest: true,
    rolldownOptions: {
      // Pages read constants and types of the contracts; a schema that no page reads need not be built in a browser.
      treeshake: {
        moduleSideEffects: [{ test: /\/contracts\//, sideEffects: false }],
        manualPureFunctions: ['Type', 'objectOf'],
      },
      input: {
        console: here('./console/index.html'),
        responder: here('./responder/index.html'),
        family: here('./family/index.html'),
      },
    },
  },
  server: { proxy: { '/api': platform, '/live': { target: platform, ws: true } } },
});
