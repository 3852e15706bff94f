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

/**
 * What a part's `main.ts` takes of other parts, and why that is not a port yet. Most open another part's SQLite file by
 * that part's own reader. What is gone must leave this list, and nothing may join it.
 */
const knownJoins: Record<string, string> = {
  'dashboard → #dispatch/commands/command-reader.ts': 'commands, read in incidents.db',
  'dashboard → #dispatch/readers/incident-reader.ts': 'incidents and their log, read in incidents.db',
  'dashboard → #ingest/config.ts': 'the settings of the telemetry store, which both read',
  'dashboard → #ingest/journal/dead-letter-reader.ts': 'dead letters, read in a file of ingest',
  'dashboard → #ingest/journal/read-models.ts': 'gate events, read in a file of ingest',
  'dashboard → #ingest/store/all.ts': 'telemetry, read in the store itself',
  'dashboard → #ingest/store/store-health-reader.ts': 'what the store refuses, read in store.db',
  'dashboard → #warning/warning-readers.ts': 'the live state, read in warning.db',
  'dispatch → #ingest/journal/read-models.ts': 'results of commands, read in a file of ingest',
  'dispatch → #warning/warning-readers.ts': 'the warning log, read in warning.db',
  'ingest → #warning/config.ts': 'the engine runs in a thread of ingest',
  'ingest → #warning/warning.main.ts': 'the engine runs in a thread of ingest',
  'ingest → #warning/warning-readers.ts': 'the cursor of the engine, to go on behind it after a restore',
  'warning → #ingest/journal/journal-reader.ts': 'the journal, read in journal.db',
  'warning → #ingest/worker-messages.ts': 'what its thread and ingest say to one another',
};

test('a main.ts joins its part to no more of the others than is known', () => {
  const joins = new Set(
    Object.entries(mayImport).flatMap(([part, allowed]) =>
      globSync(`${part}/**/{main,*.main}.ts`, { cwd: root, exclude: ['**/node_modules/**'] }).flatMap(
        (file) =>
          [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'#([^']+)'/g)]
            .map(([, target = '']) => target)
            .filter((target) => ![part, ...allowed].includes(target.split('/')[0] ?? ''))
            .map((target) => `${part} → #${target}`),
      ),
    ),
  );
  expect([...joins].toSorted()).toEqual(Object.keys(knownJoins).toSorted());
});
