import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** What each part may import of the others; the parts are joined in `main.ts` and `*.main.ts` alone. */
const mayImport: Record<string, string[]> = {
  contracts: [],
  runtime: ['contracts'],
  registry: ['contracts', 'runtime'],
  eventlog: ['contracts', 'runtime'],
  edge: ['contracts', 'runtime'],
  broker: ['contracts', 'runtime', 'registry'],
  ingest: ['contracts', 'runtime', 'registry', 'eventlog'],
  warning: ['contracts', 'runtime', 'registry', 'eventlog'],
  dispatch: ['contracts', 'runtime', 'registry', 'eventlog'],
  dashboard: ['contracts', 'runtime', 'registry', 'eventlog'],
  simulators: ['contracts', 'runtime', 'registry'],
};

test.each(Object.entries(mayImport))('%s imports %j of ours and nothing else', (part, allowed) => {
  const files = globSync(`${part}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  });
  const foreign = files
    .filter((file) => !/(^|[./])main\.ts$/.test(file.split('/').at(-1) ?? ''))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)]
        .map(([, specifier]) => specifier as string)
        .filter((specifier) => {
          if (specifier.startsWith('#')) {
            const target = specifier.slice(1).split('/')[0] ?? '';
            return target !== part && !allowed.includes(target);
          }
          // A relative path may not climb out of the part.
          return specifier.startsWith('.') && !join(file, '..', specifier).startsWith(`${part}/`);
        })
        .map((specifier) => `${file} → ${specifier}`),
    );
  expect(files.length).toBeGreaterThan(0);
  expect(foreign).toEqual([]);
});
