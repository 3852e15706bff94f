import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecretFiles, secretFileNames } from './secret-files.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test('makes each secret once, a file of its own that owner and group alone may read', () => {
  const { services, made } = openSecretFiles(folder);
  expect(readdirSync(folder).toSorted()).toEqual(secretFileNames.toSorted());
  expect(made).toEqual(secretFileNames);
  expect(`${services.ingest}\n`).toBe(read('ingest-password'));
  expect(new Set(secretFileNames.map(read)).size).toBe(secretFileNames.length);
  for (const name of secretFileNames) {
    expect(read(name)).toMatch(/^((store|grafana):)?[\w-]{43}\n$/);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o640);
  }
});

test('what is there stays, and only what is missing is made', () => {
  const before = openSecretFiles(folder);
  writeFileSync(join(folder, 'dispatch-password'), 'chosen by hand\n');
  rmSync(join(folder, 'session-secret'));
  const after = openSecretFiles(folder);
  expect(after.made).toEqual(['session-secret']);
  expect(after.services).toEqual({ ...before.services, dispatch: 'chosen by hand' });
});
