import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashSecret } from '#registry/credentials.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
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

test('the command registers what is in the files, and leaves no second copy beside the databases', async () => {
  const dataDir = join(folder, '../data');
  const provision = () =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, 'provision.ts'), 'services', folder], {
      env: { ...machineEnvironment, SHOUWANG_DATA_DIR: dataDir },
    });
  expect((await provision()).stdout).toContain('made ingest-password, warning-password');
  expect((await provision()).stdout).toContain('nothing was missing');
  writeFileSync(join(folder, 'ingest-password'), 'changed by hand\n');
  await provision();
  const db = openSqlite(join(dataDir, 'registry.db'), { readOnly: true });
  const hashes = db.prepare('SELECT username, secret_hash FROM credential ORDER BY username').all();
  db.close();
  expect(hashes).toEqual(
    ['dashboard', 'dispatch', 'ingest', 'warning'].map((service) => ({
      username: `service.${service}`,
      secret_hash: hashSecret(read(`${service}-password`).trim()),
    })),
  );
  expect(existsSync(join(dataDir, 'secrets.json'))).toBe(false);
});
