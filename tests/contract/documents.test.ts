import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { brokerErrorCodes } from '#broker/errors.ts';
import { dashboardErrorCodes } from '#dashboard/errors.ts';
import { dispatchErrorCodes } from '#dispatch/errors.ts';
import { edgeErrorCodes } from '#edge/errors.ts';
import { ingestErrorCodes } from '#ingest/errors.ts';
import { configurationPage, envExample } from '#provisioning/configuration-page.ts';
import { registryErrorCodes } from '#registry/errors.ts';
import { runtimeErrorCodes } from '#runtime/errors.ts';
import { warningErrorCodes } from '#warning/errors.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('the configuration page and the example are what the code says', () => {
  expect(read('docs/configuration.md')).toBe(configurationPage());
  expect(read('.env.example')).toBe(envExample());
});

test('every error code is explained, and no code is explained that is gone', () => {
  const explained = [...read('docs/errors.md').matchAll(/^\| `([A-Z_0-9]+)`/gm)].map(([, code]) => code);
  const codes = [
    ...runtimeErrorCodes,
    ...registryErrorCodes,
    ...edgeErrorCodes,
    ...brokerErrorCodes,
    ...ingestErrorCodes,
    ...warningErrorCodes,
    ...dispatchErrorCodes,
    ...dashboardErrorCodes,
  ];
  expect(explained.toSorted()).toEqual(codes.toSorted());
});

test('a topic is written down in one place alone', () => {
  const sources = globSync(
    '{contracts,registry,runtime,edge,broker,ingest,warning,dispatch,dashboard,simulators}/**/*.ts',
    {
      cwd: root,
      exclude: (name) => name.endsWith('.test.ts') || name.includes('node_modules'),
    },
  );
  const holding = sources.filter((file) => /['"`]sw\/1/.test(read(file)));
  expect(holding).toEqual(['contracts/topics.ts']);
});

test('no folder page is longer than 40 lines', () => {
  const pages = globSync('*/README.md', { cwd: root, exclude: (name) => name === 'node_modules' });
  const long = pages.filter((page) => read(page).trimEnd().split('\n').length > 40);
  expect(pages.length).toBeGreaterThanOrEqual(12);
  expect(long).toEqual([]);
});
