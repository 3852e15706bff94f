import { defineConfig } from 'vitest/config';

const everywhere = {
  // By itself vitest leaves a processor idle, and on two works with one.
  maxWorkers: '100%',
};

const crossing = (name: string, testTimeout: number, more = {}) => ({
  test: {
    ...everywhere,
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout,
    // Two files at once start as many processes as two whole platforms.
    hookTimeout: 180_000,
    ...more,
  },
});

export default defineConfig({
  test: {
    globalSetup: 'tests/support/machine-setup.ts',
    reporters: ['default', 'tests/support/slowest-files.ts'],
    projects: [
      {
        test: {
          ...everywhere,
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['tests/**', '**/node_modules/**', 'dashboard/web/dist/**'],
          // What a file imports it finds in place: nothing of the product keeps state in its modules.
          isolate: false,
          // Many of them sync to the disk, which on a busy machine takes a hundred times as long.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      crossing('contract', 20_000, { isolate: false }),
      crossing('field', 60_000),
      crossing('flow', 60_000),
      crossing('browser', 120_000),
      // By the clock: each alone.
      crossing('fault', 300_000, { fileParallelism: false, maxWorkers: 1 }),
    ],
  },
});
