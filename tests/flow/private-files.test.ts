import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { anyPorts } from '#tests/support/any-ports.ts';

const root = resolve(import.meta.dirname, '../..');
const dataDir = mkdtempSync(join(tmpdir(), 'private-'));
const running = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of running) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

const env = {
  ...anyPorts,
  EDGE_NODE_RED_PORT: '0',
  EDGE_NODE_RED_HEALTH_PORT: '0',
  EDGE_NODE_RED_ENABLED: 'true',
};

/** Runs a program of the repository under a shell that lets everybody read what it makes. */
function run(words: string): ChildProcess {
  const child = spawn('sh', ['-c', `umask 022; exec "${process.execPath}" ${words}`], {
    env: {
      ...machineEnvironment,
      SHOUWANG_DATA_DIR: dataDir,
      ...env,
    },
    cwd: root,
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** What group or others may read, write or enter, the folder itself among it. */
function openToOthers(): string[] {
  return ['.', ...globSync('**/*', { cwd: dataDir })].filter((path) => {
    const stat = lstatSync(join(dataDir, path), { throwIfNoEntry: false });
    return stat !== undefined && (stat.mode & 0o077) !== 0;
  });
}

test('no other user of the machine can read a file of the platform, new or of an earlier version', async () => {
  chmodSync(dataDir, 0o755);
  mkdirSync(join(dataDir, 'logs'), { mode: 0o755 });
  writeFileSync(join(dataDir, 'logs/broker.log'), 'an earlier version wrote this\n', { mode: 0o644 });

  const [migrated] = await once(run('provisioning/provision.ts migrate'), 'exit');
  expect(migrated).toBe(0);
  expect(existsSync(join(dataDir, 'registry.db'))).toBe(true);

  const platform = run('start.ts');
  let said = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [platform.stdout, platform.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C stops')) ready.resolve();
    });
  }
  platform.once('exit', (code) => ready.reject(new Error(`ended with ${code}: ${said}`)));
  await ready.promise;

  const files = globSync('**/*', { cwd: dataDir });
  for (const name of ['running.json', 'secrets.json', 'registry.db-wal', 'journal.db-shm', 'logs/edge.log']) {
    expect(files).toContain(name);
  }
  expect(files.some((file) => file.endsWith('node-red'))).toBe(true);
  expect(openToOthers()).toEqual([]);
}, 240_000);
