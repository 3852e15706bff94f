import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IncidentList } from '#contracts/rest.ts';
import { prepareDemo } from '#provisioning/prepare.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { openPageClient } from '#simulators/page-client.ts';
import { anyPorts } from '#tests/support/any-ports.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const example = join(root, 'docs/community-plan.example.json');
let dataDir: string;
let started: ChildProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'own-'));
});
afterEach(async () => {
  if (started && started.exitCode === null && started.signalCode === null) await interrupt(started);
  rmSync(dataDir, { recursive: true, force: true });
});

const envOf = () => ({
  ...machineEnvironment,
  HOME: process.env.HOME,
  SHOUWANG_DATA_DIR: dataDir,
  STORE_KIND: 'sqlite',
  ...anyPorts,
});

/** `npm start` as a newcomer types it; what it said when the page was ready. */
async function npmStart(...words: string[]): Promise<{ child: ChildProcess; said: string }> {
  // A shell of a test run may ignore SIGINT, and its children with it; SIGTERM is passed on by npm.
  const child = spawn('npm', ['start', ...(words.length > 0 ? ['--', ...words] : [])], {
    cwd: root,
    env: envOf(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started = child;
  let said = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C stops')) ready.resolve();
    });
  }
  child.once('exit', (code) => ready.reject(new Error(`ended with ${code}: ${said}`)));
  await ready.promise;
  return { child, said };
}

async function interrupt(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The only match of a pattern's group in what was said. */
function told(said: string, pattern: RegExp): string {
  const [, word] = pattern.exec(said) ?? [];
  expect(word, `${pattern} in ${said}`).toBeDefined();
  return word ?? '';
}

const refused = (...words: string[]) =>
  expect(run(process.execPath, [join(root, 'start.ts'), ...words], { env: envOf(), cwd: root })).rejects;

test('a newcomer starts their own community by one command, signs in with what it printed, and an SOS reaches the page', async () => {
  const first = await npmStart('--community', example);
  const url = told(first.said, /守望 Shouwang: (\S+)/);
  const password = told(first.said, /first manager: manager {2}(\S+)/);
  expect(first.said).toMatch(/riverside \(河畔小区\):[\s\S]*devices +6/);
  expect(first.said).toMatch(/这是一面值守墙, type \d{8} within 10 min/);
  expect(first.said).not.toMatch(/示范小区|password of each/);

  const page = await openPageClient({ url, login: 'manager', password });
  const { devices } = await page.rest<{ devices: { id: string }[] }>('GET', '/api/devices');
  expect(devices.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['watch-101', 'gate-b1u1', 'panel-b1', 'smoke-202', 'button-101']),
  );
  const watch = connect(Number(told(first.said, /agent hosted-1, .*watches to TCP port (\d+)/)), '127.0.0.1');
  await once(watch, 'connect');
  const sos = 'AL,301126,010203,V,0,N,0,E,0,0,0,0,100,90,0,0,00010000,0,1,460,0,0';
  watch.write(`[3G*6900000001*${sos.length.toString(16).padStart(4, '0')}*${sos}]`);
  await vi.waitFor(
    async () => {
      const { incidents } = await page.rest<IncidentList>('GET', '/api/incidents');
      expect(incidents).toMatchObject([{ kind: 'sos' }]);
    },
    { timeout: 20_000, interval: 100 },
  );
  watch.destroy();
  page.close();
  await interrupt(first.child);
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false);

  const second = await npmStart();
  expect(second.said).toContain('riverside: http');
  expect(second.said).not.toMatch(/first manager|示范小区/);
  const again = await openPageClient({
    url: told(second.said, /守望 Shouwang: (\S+)/),
    login: 'manager',
    password,
  });
  const { incidents } = await again.rest<IncidentList>('GET', '/api/incidents');
  expect(incidents.map(({ kind }) => kind)).toContain('sos');
  again.close();
  await interrupt(second.child);
}, 480_000);

test("the demo refuses a folder that another community was written into, and says how to go on; the demo's refuses a plan", async () => {
  const provision = (...words: string[]) =>
    run(process.execPath, [join(root, 'provisioning/provision.ts'), ...words], { env: envOf(), cwd: root });
  await provision('community', example);
  await refused().toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /holds riverside, and is not the demo's[\s\S]*--community[\s\S]*SHOUWANG_DATA_DIR=/,
    ),
  });
  expect((await provision('plan', 'export', 'riverside')).stdout).toContain('河畔小区');

  rmSync(dataDir, { recursive: true });
  await prepareDemo(dataDir);
  await refused('--community', example).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is the demo's folder; nothing was changed[\s\S]*SHOUWANG_DATA_DIR=/),
  });
});

test('a plan with faults starts nothing and makes no folder of it', async () => {
  const file = join(dataDir, 'plan.json');
  writeFileSync(file, readFileSync(example, 'utf8').replace('"class": "gate"', '"class": "door"'));
  await refused('--community', file).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/plan\.json:\d+:\d+ devices\[1\]\.class: "door" is none of those known/),
  });
  expect(existsSync(join(dataDir, 'registry.db'))).toBe(false);
});
