import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createInfluxQuery, type InfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { createInfluxWrite } from '#ingest/store/influx/influx-write.ts';
import { findReplayRequest } from '#ingest/store/replay-request.ts';
import { type InfluxdOnPath, putInfluxdOnPath } from '#tests/support/influxd-on-path.ts';
import { type ChosenStore, chooseStore, type StoreTimeouts } from './choose-store.ts';
import { openSecrets } from './secrets.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let dataDir: string;
let chosen: ChosenStore | undefined;
let told: string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'store-choice-'));
  told = [];
});
afterEach(async () => {
  await chosen?.close();
  chosen = undefined;
  expect(await leftRunning()).toBe('');
  rmSync(dataDir, { recursive: true });
});

/** Time enough for what works, on a machine that does much else. */
const patient = { versionMs: 30_000, embedMs: 60_000 };

async function choose(
  influxd: InfluxdOnPath,
  { timeouts = patient, ...env }: { timeouts?: StoreTimeouts; [variable: `STORE_${string}`]: string } = {},
): Promise<ChosenStore> {
  const secrets = openSecrets(dataDir);
  secrets.save();
  const PATH = putInfluxdOnPath(dataDir, influxd);
  chosen = await chooseStore({
    dataDir,
    env: { PATH, ...env },
    secrets,
    onChange: (words) => told.push(words),
    timeouts,
  });
  return chosen;
}

/** What still runs and was started from the folder; what was just killed may take a moment to go. */
async function leftRunning(): Promise<string> {
  const running = () =>
    execFileSync('ps', ['axww', '-o', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(dataDir))
      .join('\n');
  await vi.waitFor(() => expect(running()).toBe(''), 10_000).catch(() => undefined);
  return running();
}

/** Writes a point, as ingest does, and answers what the store holds of its measurement. */
async function writeAndRead({ settings }: ChosenStore, value: number): Promise<number[]> {
  const options = {
    url: settings.STORE_INFLUX_URL ?? '',
    database: 'shouwang',
    timeoutMs: 5000,
    ...(settings.STORE_INFLUX_TOKEN && { token: settings.STORE_INFLUX_TOKEN }),
  };
  expect(await createInfluxWrite(options)([`tried value=${value} ${value}000000000`])).toEqual({
    stored: true,
  });
  return valuesIn(createInfluxQuery(options));
}

const valuesIn = async (query: InfluxQuery) =>
  (await query('SELECT value FROM tried')).map((row) => Number(row.value));

test("a machine with InfluxDB 2's influxd on its path stores in it, and finds it set up at the next start", async () => {
  const first = await choose('InfluxDB 2.x');
  expect(first.words).toMatch(/^telemetry goes to InfluxDB 2\.7\.12 \(.*\) at http:\/\/127\.0\.0\.1:\d+$/);
  expect(await writeAndRead(first, 1)).toEqual([1]);
  await first.close();
  const second = await choose('InfluxDB 2.x');
  expect(second.settings.STORE_INFLUX_TOKEN).toBe(first.settings.STORE_INFLUX_TOKEN);
  expect(await writeAndRead(second, 2)).toEqual([1, 2]);
});

test('InfluxDB 1.x stores without a token, and a token of another server does not reach it', async () => {
  const secrets = openSecrets(dataDir);
  const env = { PATH: process.env.PATH, STORE_INFLUX_TOKEN: 'of another server', STORE_KIND: 'influx' };
  chosen = await chooseStore({ dataDir, env, secrets, timeouts: patient });
  expect(chosen.words).toMatch(/^telemetry goes to InfluxDB 1\.\S+ \(.*influxd\) at http/);
  expect(chosen.env).toEqual({ PATH: process.env.PATH });
  expect(chosen.settings).toEqual({ STORE_KIND: 'influx', STORE_INFLUX_URL: expect.any(String) });
});

test.each<[InfluxdOnPath, RegExp]>([
  ['InfluxDB 3', /is InfluxDB 3\.4\.1, and only 1\.x and 2\.x run beside us/],
  ['InfluxDB 0.13', /is InfluxDB 0\.13\.0, and only 1\.x and 2\.x run beside us/],
  ['one that fails', /is broken: asked for its version it ended with code 1 and said "error while loading/],
  [
    'one that prints garbage',
    /is broken: asked for its version it ended with code 0 and said "\[2J .?no version"/u,
  ],
  ['one that never stops printing', /did not say its version within 300 ms/],
  ['one that hangs', /did not say its version within 300 ms/],
  ['one that heeds no signal', /did not say its version within 300 ms/],
  ['a 1.x that does not start', /InfluxDB 1\.8\.10 \(.*\) is there and of no use: influxd ended with code 1/],
  [
    'a 1.x that hangs',
    /InfluxDB 1\.8\.10 \(.*\) is there and of no use: influxd gave no answer within 300 ms/,
  ],
])('an influxd of another kind keeps no watch from starting: %s', async (influxd, words) => {
  const hangsAtVersion = /^one that (hangs|never|heeds)/.test(influxd);
  const timeouts = {
    versionMs: hangsAtVersion ? 300 : patient.versionMs,
    embedMs: influxd === 'a 1.x that hangs' ? 300 : patient.embedMs,
  };
  const { words: said, settings } = await choose(influxd, { timeouts });
  expect(said).toMatch(/^telemetry goes to SQLite: /);
  expect(said).toMatch(words);
  expect(settings).toEqual({ STORE_KIND: 'sqlite' });
});

test('a file that no machine can run is named', async () => {
  const bin = join(dataDir, 'bin');
  putInfluxdOnPath(dataDir, 'one that fails');
  writeFileSync(join(bin, 'influxd'), '#!/no/such/interpreter\n', { mode: 0o755 });
  const choice = { dataDir, env: { PATH: bin }, secrets: openSecrets(dataDir), timeouts: patient };
  expect((await chooseStore(choice)).words).toMatch(
    /influxd is broken: asked for its version it cannot be run \(/,
  );
});

test('an InfluxDB 2 that was set up by somebody else is named, and SQLite used', async () => {
  await (await choose('InfluxDB 2.x')).close();
  rmSync(join(dataDir, 'secrets.json'));
  expect((await choose('InfluxDB 2.x')).words).toMatch(/of no use: .*refused .*\(401\): unauthorized access/);
});

test('an InfluxDB that dies later is started again on its address, and its end is told', async () => {
  const store = await choose('InfluxDB 2.x');
  expect(await writeAndRead(store, 1)).toEqual([1]);
  killServer();
  await vi.waitFor(() => expect(told.at(-1)).toBe('InfluxDB is back'), 15_000);
  expect(told[0]).toMatch(/^InfluxDB ended with code \S+; charts wait until it is back, alarms do not$/);
  expect(await writeAndRead(store, 2)).toEqual([1, 2]);
});

test('an InfluxDB that dies and is uninstalled keeps nothing from ending in order', async () => {
  await choose('InfluxDB 2.x');
  rmSync(join(dataDir, 'bin/influxd'));
  killServer();
  await vi.waitFor(() => expect(told).toHaveLength(1));
});

test('what the journal still holds is written into a store that is not the last one', async () => {
  await (await choose('one that fails')).close();
  expect(findReplayRequest(dataDir)).toBeUndefined();
  await (await choose('InfluxDB 2.x')).close();
  expect(findReplayRequest(dataDir)?.from).toBe(0);
  findReplayRequest(dataDir)?.done();
  const back = await choose('one that fails');
  expect(back.words).toMatch(/; what InfluxDB holds of before is shown again once it is back$/);
  expect(findReplayRequest(dataDir)?.from).toBe(0);
  expect(existsSync(join(dataDir, 'influx2'))).toBe(true);
});

test('a server of the settings is used whatever influxd is on the path', async () => {
  const url = 'http://influx.example:8086';
  const store = await choose('one that hangs', { STORE_INFLUX_URL: url, STORE_INFLUX_TOKEN: 'theirs' });
  expect(store.words).toBe(`telemetry goes to InfluxDB at ${url}`);
  expect(store.env).toMatchObject({ STORE_INFLUX_URL: url, STORE_INFLUX_TOKEN: 'theirs' });
});

test('a password in the address of InfluxDB stands in no line and in no file', async () => {
  const store = await choose('one that hangs', { STORE_INFLUX_URL: 'http://me:s3cret@db.example:8086' });
  expect(store.words).toBe('telemetry goes to InfluxDB at http://db.example:8086');
  expect(readFileSync(join(dataDir, 'telemetry-store.json'), 'utf8')).not.toContain('s3cret');
});

/** SIGKILL to the stand-in and the server behind it, as when the machine has no memory left. */
function killServer(): void {
  const lines = execFileSync('ps', ['axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const server = lines.find((line) => line.includes('--bolt-path') && !line.includes('tied-process'));
  process.kill(Number.parseInt(server ?? '', 10), 'SIGKILL');
}
