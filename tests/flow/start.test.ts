import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { IncidentList } from '#contracts/rest.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { openPageClient, type PageClient } from '#simulators/page-client.ts';
import { anyPorts } from '#tests/support/any-ports.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
let dataDir: string;
const envOf = (more: Record<string, string> = {}) => ({
  ...machineEnvironment,
  SHOUWANG_DATA_DIR: dataDir,
  ...anyPorts,
  ...more,
});

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'start-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const started = new Set<ChildProcess>();
/** A test that failed half way must not leave its platform to the next one. */
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode === null && child.signalCode === null) await interrupt({ child });
  }
  started.clear();
});

/** Runs a program of the repository under a shell that lets everybody read what it makes. */
function runOpenly(words: string, more: Record<string, string> = {}): ChildProcess {
  const line = `umask 022; exec "${process.execPath}" ${words}`;
  const child = spawn('sh', ['-c', line], { env: envOf(more), cwd: root });
  started.add(child);
  return child;
}

/** What group or others may read, write or enter, the folder itself among it. */
function openToOthers(): string[] {
  return ['.', ...globSync('**/*', { cwd: dataDir })].filter((path) => {
    const stat = lstatSync(join(dataDir, path), { throwIfNoEntry: false });
    return stat !== undefined && (stat.mode & 0o077) !== 0;
  });
}

/** Starts the whole and settles when it says that the page is ready. */
async function start(more?: Record<string, string>): Promise<{ child: ChildProcess; said: () => string }> {
  const child = runOpenly('start.ts', more);
  let said = '';
  const ready = Promise.withResolvers<void>();
  child.stdout?.on('data', (chunk) => {
    said += chunk;
    if (said.includes('Ctrl-C stops')) ready.resolve();
  });
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  child.once('exit', (code) => ready.reject(new Error(`ended with ${code}: ${said}`)));
  await ready.promise;
  return { child, said: () => said };
}

async function interrupt({ child }: { child: ChildProcess }): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  const [code] = await ended;
  return code;
}

const scenario = (...words: string[]) =>
  run(process.execPath, [join(root, 'simulators/scenario.ts'), ...words], { env: envOf() });

async function openPage() {
  const { url } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
  const { demo } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
  return openPageClient({ url, ...demo });
}

/** Waits until the page shows every device of the community as live. */
async function everyDeviceLive(page: PageClient): Promise<void> {
  const states = new Map(page.snapshot.devices.map(({ device, state }) => [device, state]));
  const stop = page.onUpdate((update) => {
    if (update.type !== 'devices') return;
    for (const { device, state } of update.devices) states.set(device, state);
  });
  const { devices } = await page.rest<{ devices: { id: string }[] }>('GET', '/api/devices');
  expect(devices.length).toBeGreaterThan(60);
  const silent = () => devices.flatMap(({ id }) => (states.get(id) === 'live' ? [] : [id]));
  await vi.waitFor(() => expect(silent()).toEqual([]), { timeout: 30_000, interval: 20 });
  stop();
}

/** Opens a door with a reason; the terminal opens it and says so. */
async function openDoor(page: PageClient, device: string): Promise<void> {
  const told: string[] = [];
  const stop = page.onUpdate((update) => {
    if (update.type === 'commands') told.push(...update.commands.map(({ state }) => state));
    if (update.type === 'gate-events') {
      const ofDoor = update.gateEvents.filter((event) => event.device === device);
      told.push(...ofDoor.map(({ kind }) => kind));
    }
  });
  const request = crypto.randomUUID();
  await page.rest('POST', '/api/commands', { request, device, action: 'open-door', reason: '访客忘带门卡' });
  await vi.waitFor(() => expect(told).toEqual(expect.arrayContaining(['done', 'door-opened'])), 20_000);
  stop();
}

/** Inactivity after which a resident is looked after, in ms. */
function presetOf(resident: string): unknown {
  const db = new DatabaseSync(join(dataDir, 'registry.db'), { readOnly: true });
  const row = db.prepare('SELECT inactivity_ms FROM resident WHERE id = ?').get(resident);
  db.close();
  return row?.inactivity_ms;
}

/** Processes of a data folder that still run, by their command line or environment. */
async function leftRunning(): Promise<string> {
  const { stdout } = await run('ps', ['axeww', '-o', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(dataDir) && !line.includes('vitest'))
    .join('\n');
}

test('a start in a folder of an earlier version keeps its files from other users, shows live data, plays the scenarios, stops on Ctrl-C, and a second start finds its data', async () => {
  chmodSync(dataDir, 0o755);
  mkdirSync(join(dataDir, 'logs'), { mode: 0o755 });
  writeFileSync(join(dataDir, 'logs/broker.log'), 'an earlier version wrote this\n', { mode: 0o644 });
  const [migrated] = await once(runOpenly('provisioning/provision.ts migrate'), 'exit');
  expect(migrated).toBe(0);
  expect(existsSync(join(dataDir, 'registry.db'))).toBe(true);

  const first = await start({
    EDGE_NODE_RED_ENABLED: 'true',
    EDGE_NODE_RED_PORT: '0',
    EDGE_NODE_RED_HEALTH_PORT: '0',
  });
  const files = globSync('**/*', { cwd: dataDir });
  for (const name of ['running.json', 'secrets.json', 'registry.db-wal', 'journal.db-shm', 'logs/edge.log']) {
    expect(files).toContain(name);
  }
  expect(files.some((file) => file.endsWith('node-red'))).toBe(true);
  expect(openToOthers()).toEqual([]);
  expect(first.said()).toMatch(/telemetry goes to InfluxDB/);
  for (const [login, page] of [
    ['demo', 'console'],
    ['manager', 'console'],
    ['responder', 'responder'],
    ['family', 'family'],
  ]) {
    expect(first.said()).toMatch(new RegExp(`\\n +${login} +http://127\\.0\\.0\\.1:\\d+/${page}/ `));
  }
  expect(first.said()).toMatch(/password of each: \S+/);
  const live = await openPage();
  await everyDeviceLive(live);
  await openDoor(live, 'gate-b1u1');

  const { stdout } = await scenario('all', '--alarms', '40');
  const table = stdout.slice(stdout.lastIndexOf('\n\n'));
  for (const [name, outcome] of [
    ...[
      'sos',
      'fall',
      'fire',
      'gas',
      'water-leak',
      'forced-gate',
      'held-gate',
      'gateway-offline',
      'inactive',
    ].map((each) => [each, '\\d{8}-\\d{3}']),
    ['storm', '40 alarms on \\d+ incidents'],
  ]) {
    expect(table).toMatch(new RegExp(`^${name} +\\d+ ms  ${outcome}$`, 'm'));
  }
  expect(stdout).toContain('offered 40  answered 40  on timelines 40  lost 0  doubled 0');
  expect(presetOf('r41')).toBe(24 * 3_600_000);
  const before = await live.rest<IncidentList>('GET', '/api/incidents');
  live.close();
  expect(await interrupt(first)).toBe(0);
  expect(await leftRunning()).toBe('');

  const second = await start();
  expect(second.said()).toContain('data of the last start is in use');
  const page = await openPage();
  const after = await page.rest<IncidentList>('GET', '/api/incidents');
  expect(after.incidents.map(({ number }) => number)).toEqual(
    expect.arrayContaining(before.incidents.map(({ number }) => number)),
  );
  page.close();
  expect(await interrupt(second)).toBe(0);
  expect(await leftRunning()).toBe('');
}, 240_000);

test.each([
  ['an unknown scenario', ['earthquake'], /unknown scenario: earthquake[\s\S]*sos/],
  ['a platform that is not running', ['sos'], /running\.json is not readable: is "npm start" running/],
])('%s is told in words', async (_what, args, words) => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'nothing-'));
  const failing = run(process.execPath, [join(root, 'simulators/scenario.ts'), ...args], {
    env: { ...envOf(), SHOUWANG_DATA_DIR: elsewhere },
  });
  await expect(failing).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(words) });
  rmSync(elsewhere, { recursive: true });
});

test.each([
  ['BROKER_MAX_PAYLOAD_BYTES', '-1', /broker did not start: BROKER_MAX_PAYLOAD_BYTES=-1 must be .*≥/],
  [
    'DISPATCH_ESCALATION_STEP_MS',
    'soon',
    /dispatch did not start: DISPATCH_ESCALATION_STEP_MS=soon is not a number/,
  ],
  ['EDGE_WATCH3G_PROT', '1', /edge-hosted did not start: EDGE_WATCH3G_PROT is no setting/],
])('%s=%s stops the start by name', async (name, value, words) => {
  const failing = run(process.execPath, [join(root, 'start.ts')], {
    env: envOf({ STORE_KIND: 'sqlite', [name]: value }),
    cwd: root,
  });
  await expect(failing).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(words) });
  expect(await leftRunning()).toBe('');
});

test('a taken port names the part and the setting', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const failing = run(process.execPath, [join(root, 'start.ts')], {
    env: envOf({ STORE_KIND: 'sqlite', DASHBOARD_PORT: String(port) }),
    cwd: root,
  });
  await expect(failing).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      new RegExp(`dashboard did not start: dashboard: port ${port} on 127.0.0.1 is taken; .*DASHBOARD_PORT`),
    ),
  });
  expect(await leftRunning()).toBe('');
  other.close();
});
