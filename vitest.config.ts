import { defineConfig } from 'vitest/config';

const crossing = (name: string, fileParallelism: boolean, testTimeout: number) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], fileParallelism, testTimeout, hookTimeout: 60_000 },
});

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['tests/**', '**/node_modules/**', 'dashboard/web/dist/**'],
          // Many of them sync to the disk, which on a busy machine takes a hundred times as long.
          testTimeout: 60_000,
        },
      },
      crossing('contract', true, 20_000),
      crossing('field', true, 60_000),
      crossing('flow', false, 60_000),
      crossing('fault', false, 300_000),
      crossing('browser', false, 120_000),
    ],
  },
});
