import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { anyPorts } from '#tests/support/any-ports.ts';
import { type InfluxdOnPath, putInfluxdOnPath } from '#tests/support/influxd-on-path.ts';

const root = resolve(import.meta.dirname, '../..');
let dataDir: string;
let npm: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'npm-start-'));
});
afterEach(() => {
  for (const { pid } of running()) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** Every process that has the data folder in its command line or environment. */
function running(): { pid: number; args: string }[] {
  return execFileSync('ps', ['axeww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\n')
    .filter((line) => line.includes(dataDir))
    .map((line) => ({ pid: Number.parseInt(line, 10), args: line.trim().slice(0, 400) }));
}

/** `npm start` as a person types it; answers what it said once the page is ready. */
async function npmStart(path: string): Promise<string> {
  // A shell of a test run may ignore SIGINT, and its children with it; a terminal's does not.
  npm = spawn('npm', ['start'], {
    cwd: root,
    env: {
      ...machineEnvironment,
      PATH: path,
      HOME: process.env.HOME,
      SHOUWANG_DATA_DIR: dataDir,
      ...anyPorts,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  const ready = Promise.withResolvers<string>();
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C stops')) ready.resolve(said);
    });
  }
  npm.once('exit', (code) => ready.reject(new Error(`ended with ${code}: ${said}`)));
  return await ready.promise;
}

async function pageAnswers(said: string): Promise<number> {
  const [, url = ''] = /守望 Shouwang: (\S+)/.exec(said) ?? [];
  return (await fetch(`${url}/console/`)).status;
}

const startPid = () => running().find(({ args }) => /^\d+ node start\.ts/.test(args))?.pid ?? 0;

test.each<[signal: NodeJS.Signals, who: string, influxd: InfluxdOnPath | 'the machine', words: RegExp]>([
  ['SIGTERM', 'npm', 'InfluxDB 2.x', /telemetry goes to InfluxDB 2\.7\.12 \(.*\) at http/],
  ['SIGINT', 'npm', 'one that hangs', /telemetry goes to SQLite: .* did not say its version/],
  ['SIGKILL', 'npm', 'a 1.x that does not start', /telemetry goes to SQLite: InfluxDB 1\.8\.10 .* of no use/],
  ['SIGKILL', 'start.ts', 'the machine', /telemetry goes to InfluxDB 1\./],
])(
  '%s to %s leaves no process behind, and the page was there whatever influxd is on the path: %s',
  async (signal, who, influxd, words) => {
    const said = await npmStart(
      influxd === 'the machine' ? (process.env.PATH ?? '') : putInfluxdOnPath(dataDir, influxd),
    );
    expect(said).toMatch(words);
    expect(await pageAnswers(said)).toBe(200);
    process.kill(who === 'npm' ? (npm?.pid ?? 0) : startPid(), signal);
    await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 40_000, interval: 100 });
  },
  180_000,
);

test('SIGTERM to npm while it is still starting leaves no process behind', async () => {
  const starting = npmStart(process.env.PATH ?? '').catch(() => 'ended');
  await vi.waitFor(() => expect(running().some(({ args }) => args.includes('broker/main.ts'))).toBe(true), {
    timeout: 60_000,
  });
  process.kill(npm?.pid ?? 0, 'SIGTERM');
  expect(await starting).toBe('ended');
  await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 40_000, interval: 100 });
}, 180_000);
