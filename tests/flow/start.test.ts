import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IncidentList } from '#contracts/rest.ts';
import { openPageClient } from '#simulators/page-client.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const anyPort = Object.fromEntries(
  [
    ...['BROKER_TCP_PORT', 'BROKER_WS_PORT', 'BROKER_HEALTH_PORT', 'INGEST_HEALTH_PORT', 'DISPATCH_PORT'],
    ...['DISPATCH_HEALTH_PORT', 'EDGE_HEALTH_PORT', 'EDGE_WATCH3G_PORT', 'EDGE_GB26875_PORT'],
    ...['EDGE_ZIGBEE2MQTT_PORT', 'EDGE_HTTP_PORT', 'EDGE_FLOW_PORT', 'EDGE_HOSTED_HEALTH_PORT'],
    ...['EDGE_HIKVISION_PORT', 'DASHBOARD_PORT', 'DASHBOARD_HEALTH_PORT'],
  ].map((name) => [name, '0']),
);
let dataDir: string;
const envOf = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  SHOUWANG_DATA_DIR: dataDir,
  ...anyPort,
  ...more,
});

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'start-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Starts the whole and settles when it says that the page is ready. */
async function start(): Promise<{ child: ChildProcess; said: () => string }> {
  const child = spawn(process.execPath, [join(root, 'start.ts')], { env: envOf(), cwd: root });
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

const scenario = (name: string) =>
  run(process.execPath, [join(root, 'simulators/scenario.ts'), name], { env: envOf() });

async function openPage() {
  const { url } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
  const { demo } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
  return openPageClient({ url, ...demo });
}

/** Processes of a data folder that still run, by their command line or environment. */
async function leftRunning(): Promise<string> {
  const { stdout } = await run('ps', ['axeww', '-o', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(dataDir) && !line.includes('vitest'))
    .join('\n');
}

test('a start shows live data, plays the scenarios, stops on Ctrl-C, and a second start finds its data', async () => {
  const first = await start();
  expect(first.said()).toMatch(/telemetry goes to InfluxDB/);
  expect(first.said()).toMatch(
    /http:\/\/127\.0\.0\.1:\d+\ndemo accounts: demo, manager, responder, family {2}password of each: \S+/,
  );
  const live = await openPage();
  await new Promise<void>((heard) => {
    live.onUpdate(({ type }) => type === 'devices' && heard());
  });
  for (const name of ['sos', 'fire', 'forced-gate']) {
    expect((await scenario(name)).stdout).toMatch(/incident \d{8}-\d{3}.*\n\d+ ms from the first byte/);
  }
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
}, 120_000);

test.each([
  ['an unknown scenario', ['storm'], /unknown scenario: storm[\s\S]*sos/],
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
    env: envOf({ [name]: value }),
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
    env: envOf({ DASHBOARD_PORT: String(port) }),
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
