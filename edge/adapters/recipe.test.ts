import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { panicLineSettings } from '../testing/panic-line/config.ts';
import { adapters } from './all.ts';

/** Every adapter, and the example, as the recipe in `README.md` has them. */
const folders = [
  ...adapters.map(({ settings }) => ({ settings, folder: join(import.meta.dirname, settings.protocol) })),
  { settings: panicLineSettings, folder: join(import.meta.dirname, '../testing/panic-line') },
];

test.each(folders)('$settings.protocol has the files and settings of the recipe', ({ settings, folder }) => {
  const { protocol, part, schema } = settings;
  const files = ['README.md', 'config.ts', `${protocol}.ts`, `${protocol}.test.ts`];
  expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  expect(part).toMatch(/^EDGE_[A-Z0-9]+$/);
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['host', 'port', 'maxConnections']));
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const word of ['In: ', 'Out: ', 'Device address', `${protocol}:`]) expect(page).toContain(word);
});

test.each(adapters)('the devices of $settings.protocol stand in the main page', ({ settings }) => {
  const page = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  expect(page).toContain(`edge/adapters/${settings.protocol}/README.md`);
});
