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
    hookTimeout: 180_000,
    ...more,
  },
});

const oneByOne = { fileParallelism: false, maxWorkers: 1 };

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
      // Each starts whole platforms: two at once take longer than one after the other.
      crossing('flow', 60_000, oneByOne),
      crossing('browser', 120_000, {
        ...oneByOne,
        // Its files share a Chromium and a platform, on which each has a community of its own.
        globalSetup: 'tests/browser/shared-setup.ts',
        isolate: false,
        // What is not isolated runs in the workers of its group: this one has its own, of one worker.
        sequence: { groupOrder: 1 },
      }),
      crossing('fault', 300_000, oneByOne),
    ],
  },
});
