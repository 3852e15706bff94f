import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInfluxWrite } from '#ingest/store/influx/influx-write.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { migrateAll } from '../prepare.ts';
import { askInflux } from './ask-influx.ts';
import type { InfluxProvision } from './backstop.ts';
import { provisionInflux } from './provision-influx.ts';

const now = Date.UTC(2026, 10, 24);
let folder: string;
let influxd: Influxd;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir: folder });
});
afterAll(async () => {
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

const plan = (database: string, more: Partial<InfluxProvision> = {}): InfluxProvision => ({
  url: influxd.url,
  database,
  timeoutMs: 10_000,
  keepDays: 1095,
  retentions: new Map(),
  now: () => now,
  ...more,
});
const policiesOf = (database: string) =>
  askInflux(plan(database), `SHOW RETENTION POLICIES ON "${database}"`);

/** A database as ingest makes it with the first write, holding one point of the given age. */
async function databaseOfIngest(database: string, ageDays: number): Promise<void> {
  await askInflux(plan(database), `CREATE DATABASE "${database}"`);
  const at = now - ageDays * 86_400_000;
  await createInfluxWrite(plan(database))([`event,device=d1,kind=sos position=1i,active=true ${at}000000`]);
}

test('a new database gets the backstop, and a second run changes nothing', async () => {
  const first = await provisionInflux(plan('fresh'));
  expect(first.changed).toBe(1);
  expect(first.lines.join('\n')).toContain(
    'created database fresh with retention policy backstop of 1095 days',
  );
  const policies = await policiesOf('fresh');
  expect(policies).toMatchObject([
    { name: 'backstop', duration: '26280h0m0s', shardGroupDuration: '168h0m0s', default: true },
  ]);

  const second = await provisionInflux(plan('fresh'));
  expect(second.changed).toBe(0);
  expect(second.lines).toContain('retention policy backstop keeps 1095 days already');
  expect(await policiesOf('fresh')).toEqual(policies);
});

test('a database that ingest made keeps its points under the same policy, now with an end', async () => {
  await databaseOfIngest('living', 100);
  expect(await provisionInflux(plan('living'))).toMatchObject({ changed: 1 });
  expect(await policiesOf('living')).toMatchObject([
    { name: 'autogen', duration: '26280h0m0s', shardGroupDuration: '168h0m0s', default: true },
  ]);
  expect(await askInflux(plan('living'), 'SELECT "active" FROM "event"', 'living')).toHaveLength(1);
  expect(await provisionInflux(plan('living'))).toMatchObject({ changed: 0 });
});

test('points are taken away only where somebody said so', async () => {
  await databaseOfIngest('old', 2000);
  const before = await policiesOf('old');
  const { changed, lines } = await provisionInflux(plan('old'));
  expect(changed).toBe(0);
  expect(lines).toContainEqual(expect.stringMatching(/would delete what is stored since 2021-06-03T/));
  expect(await policiesOf('old')).toEqual(before);
  expect(await provisionInflux(plan('old', { dropOlder: true }))).toMatchObject({ changed: 1 });
});

test('a database left without a policy gets one', async () => {
  await databaseOfIngest('bare', 1);
  await askInflux(plan('bare'), 'DROP RETENTION POLICY "autogen" ON "bare"');
  expect(await provisionInflux(plan('bare'))).toMatchObject({ changed: 1 });
  expect(await policiesOf('bare')).toMatchObject([{ name: 'backstop', default: true }]);
});

test('a longer backstop needs nobody to agree', async () => {
  await provisionInflux(plan('longer', { keepDays: 30 }));
  const { lines } = await provisionInflux(plan('longer', { keepDays: 60 }));
  expect(lines).toContain('retention policy backstop keeps 60 days now; before 30 days');
});

test.each([
  [1, '1h0m0s'],
  [30, '24h0m0s'],
  [400, '168h0m0s'],
])(
  'a backstop of %i days has shards of %s, and one day is no failure on a database of longer shards',
  async (keepDays, shards) => {
    const fresh = `fresh${keepDays}`;
    await provisionInflux(plan(fresh, { keepDays }));
    expect(await policiesOf(fresh)).toMatchObject([{ shardGroupDuration: shards }]);
    const living = `living${keepDays}`;
    await databaseOfIngest(living, 0);
    expect((await provisionInflux(plan(living, { keepDays }))).changed).toBe(1);
    expect(await policiesOf(living)).toMatchObject([
      { duration: `${keepDays * 24}h0m0s`, shardGroupDuration: shards },
    ]);
    expect((await provisionInflux(plan(living, { keepDays }))).changed).toBe(0);
  },
);

test('shards that somebody chose stay where they fit, and are mended where they do not', async () => {
  const shardsOf = async (database: string, shards: string) => {
    await askInflux(
      plan(database),
      `CREATE DATABASE "${database}" WITH DURATION 1095d SHARD DURATION ${shards} NAME "theirs"`,
    );
    const { changed } = await provisionInflux(plan(database));
    return [changed, (await policiesOf(database))[0]?.shardGroupDuration];
  };
  expect(await shardsOf('three-days', '3d')).toEqual([0, '72h0m0s']);
  expect(await shardsOf('half-years', '180d')).toEqual([1, '168h0m0s']);
  expect(await shardsOf('hours', '1h')).toEqual([1, '168h0m0s']);
});

test('a database of another program is advised about and left alone, until somebody says otherwise', async () => {
  await databaseOfIngest('shared', 1);
  await createInfluxWrite(plan('shared'))([`cpu,host=a idle=1 ${now - 2000 * 86_400_000}000000`]);
  await askInflux(plan('shared'), 'CREATE RETENTION POLICY "monthly" ON "shared" DURATION 30d REPLICATION 1');
  const before = await policiesOf('shared');
  const { changed, lines } = await provisionInflux(plan('shared'));
  expect(changed).toBe(0);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /also holds what is not ours \(cpu\).*keeps for ever; nothing was changed\. Give STORE_INFLUX_DATABASE a new name/,
    ),
  );
  expect(lines).toContain(
    'other retention policies (monthly) are left alone: we write and read the default one',
  );
  expect(await policiesOf('shared')).toEqual(before);
  expect((await provisionInflux(plan('shared', { dropOlder: true }))).changed).toBe(1);
});

test('measurements of another type are named with the way out before anything is refused', async () => {
  await askInflux(plan('typed'), 'CREATE DATABASE "typed"');
  await createInfluxWrite(plan('typed'))([
    `reading,device=d value="text",unit="x" ${now}000000`,
    `event,device=d active=1 ${now}000000`,
  ]);
  const { lines } = await provisionInflux(plan('typed'));
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^measurement reading was made by another program \(value is string, ours float\).*DROP MEASUREMENT "reading"$/,
    ),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^measurement event .*\(active is float, ours boolean\)/),
  );
});

test('a server that is not there is named with what to check', async () => {
  await expect(provisionInflux(plan('any', { url: 'http://127.0.0.1:9' }))).rejects.toThrow(
    'no InfluxDB answers at http://127.0.0.1:9: check STORE_INFLUX_URL',
  );
});

test.each([
  ['401 without a version', 401, {}, /it refuses us: check STORE_INFLUX_TOKEN/],
  ['another program', 200, {}, /it is no InfluxDB/],
  [
    '1.x that refuses the query',
    401,
    { 'x-influxdb-version': '1.8.10' },
    /refused SHOW DATABASES \(401\): unauthorized access; check/,
  ],
])('a server that answers as %s is told so', async (_name, status, headers, message) => {
  await withServer({ status, headers, body: '{"error":"unauthorized access"}' }, async (url) => {
    await expect(provisionInflux(plan('any', { url }))).rejects.toThrow(message);
  });
});

test('it is told what is kept, what ends it, and where the backstop ends it sooner', async () => {
  const retentions = new Map([
    ['c1', { access: 90, summaries: 3650 }],
    ['c2', {}],
  ]);
  const { lines } = await provisionInflux(plan('told', { retentions, keepDays: 400 }));
  expect(lines).toEqual([
    'kept, and removed every 6 hours by our store writer, class by class and community by community:',
    '  access      180 days; c1 90',
    '  alarms     1095 days',
    '  location     30 days',
    '  vitals       90 days',
    '  telemetry    30 days',
    '  summaries  1095 days; c1 3650',
    "  metrics      31 days, of the platform's own processes",
    expect.stringMatching(/^InfluxDB 1\.\S+ at http/),
    'created database told with retention policy backstop of 400 days',
    'the backstop of 400 days ends what is to be kept longer, up to 3650 days',
  ]);
});

test('without days the backstop is the longest that any community keeps anything', async () => {
  const { keepDays: _, ...withoutDays } = plan('longest', {
    retentions: new Map([['c1', { alarms: 2000 }]]),
  });
  expect((await provisionInflux(withoutDays)).changed).toBe(1);
  expect(await policiesOf('longest')).toMatchObject([{ duration: '48000h0m0s' }]);
  expect((await provisionInflux(withoutDays)).changed).toBe(0);
  const plain = await provisionInflux({ ...withoutDays, database: 'plain', retentions: new Map() });
  expect(plain.lines.at(-1)).toBe('created database plain with retention policy backstop of 1095 days');
});

test('a server of another generation is left alone', async () => {
  await withServer({ status: 204, headers: { 'x-influxdb-version': '0.13.0' } }, async (url, asked) => {
    await expect(provisionInflux(plan('any', { url }))).rejects.toThrow('is none of 1.x, 2.x and 3 Core');
    expect(asked).toEqual(['/ping']);
  });
});

const command = (words: string[], env: Record<string, string>) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, '../provision.ts'), 'influx', ...words], {
    env: { ...machineEnvironment, SHOUWANG_DATA_DIR: join(folder, 'no-data'), ...env },
  });

test('the command takes server, database and plans from where ingest has them and tells what it changed', async () => {
  const dataDir = join(folder, 'data');
  const env = {
    STORE_INFLUX_URL: influxd.url,
    STORE_INFLUX_DATABASE: 'by-command',
    SHOUWANG_DATA_DIR: dataDir,
  };
  expect((await command(['400'], env)).stdout).toContain('backstop of 400 days\n');
  migrateAll(dataDir);
  const db = openSqlite(join(dataDir, 'registry.db'));
  db.exec(
    `INSERT INTO community (id, name_zh, name_en, retention) VALUES ('yuhua', '', '', '{"alarms":1200}')`,
  );
  db.close();
  const { stdout } = await command([], env);
  expect(stdout).toContain('alarms     1095 days; yuhua 1200');
  expect(stdout).toContain('keeps 1200 days now; before 400 days\nchanged: 1');
  expect((await command([], env)).stdout).toContain('keeps 1200 days already\nnothing was changed');
});

test.each([
  ['an unreachable server', [], { STORE_INFLUX_URL: 'http://127.0.0.1:9' }, 'no InfluxDB answers at'],
  ['no days', ['0'], {}, '"0" is neither whole days from 1 to 36500 nor drop-older nor org=<name>'],
  ['a word it does not know', ['drop-all'], {}, '"drop-all" is neither whole days'],
  ['a database of a wrong name', [], { STORE_INFLUX_DATABASE: 'a"b' }, 'STORE_INFLUX_DATABASE=a"b must be'],
])('the command ends with 1 for %s and says why', async (_name, words, env, why) => {
  await expect(command(words, env)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`provision influx: ${why}`),
  });
});

/** An HTTP server with one answer to everything. */
async function withServer(
  answer: { status: number; headers: Record<string, string>; body?: string },
  use: (url: string, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
