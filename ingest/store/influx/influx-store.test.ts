import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformanceNow, storedEntry } from '../../testing/stored-entries.ts';
import { describeRetention } from '../describe-retention.ts';
import { describeTelemetryStore } from '../describe-telemetry-store.ts';
import { createInfluxQuery } from './influx-query.ts';
import { type InfluxOptions, openInfluxStore } from './influx-store.ts';
import { createInfluxWrite } from './influx-write.ts';
import { type Influxd, startInfluxd } from './influxd.ts';

let folder: string;
let influxd: Influxd;
let databases = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir: folder });
});
afterAll(async () => {
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

const freshDatabase = (): InfluxOptions => {
  databases += 1;
  return { url: influxd.url, database: `db${databases}`, timeoutMs: 10_000 };
};

const use: Parameters<typeof describeTelemetryStore>[1] = async (check) => {
  const options = freshDatabase();
  const store = openInfluxStore(options, conformanceNow);
  const query = createInfluxQuery(options);
  await query(`CREATE DATABASE "${options.database}"`);
  await check(store, async () => (await query('SELECT * FROM /.*/')).length);
  await store.close();
};
describeTelemetryStore('InfluxDB', use);
describeRetention('InfluxDB', use);

test('a listing of a server without databases is empty', async () => {
  const emptyFolder = mkdtempSync(join(tmpdir(), 'influx-'));
  const empty = await startInfluxd({ dataDir: emptyFolder });
  const ask = createInfluxQuery({ url: empty.url, database: 'none', timeoutMs: 10_000 });
  expect(await ask('SHOW DATABASES')).toEqual([]);
  await empty.stop();
  rmSync(emptyFolder, { recursive: true });
});

test('a missing database is created with the first write', async () => {
  const store = openInfluxStore(freshDatabase(), conformanceNow);
  expect(await store.write([storedEntry(1, { type: 'event', kind: 'sos' })])).toEqual([]);
  expect(await store.events({ limit: 1 })).toHaveLength(1);
});

test('of a batch only the entry with a conflicting field is refused, by name', async () => {
  const options = freshDatabase();
  const store = openInfluxStore(options, conformanceNow);
  await store.write([storedEntry(1, { type: 'event', kind: 'sos' })]);
  await createInfluxWrite(options)(['reading,device=d1,quantity=battery value="text" 1795482900000000000']);
  const battery = (position: number) =>
    storedEntry(position, { type: 'reading', quantity: 'battery', value: 50, unit: '%' });
  const beat = (position: number) =>
    storedEntry(position, { type: 'reading', quantity: 'heart-rate', value: 60 + position, unit: '/min' });
  const pulse = storedEntry(9, { type: 'event', kind: 'doorbell' });
  const refused = await store.write([
    pulse,
    battery(10),
    storedEntry(11, { type: 'event', kind: 'sos' }),
    beat(12),
  ]);
  expect(refused.map(({ entry }) => entry.position)).toEqual([10, 12]);
  expect(refused[0]?.reason).toContain('field type conflict');
  expect((await store.events({ limit: 10 })).map(({ position }) => position).sort()).toEqual([1, 11, 9]);
});

test('a server that is not there is an error that may pass', async () => {
  const store = openInfluxStore(
    { url: 'http://127.0.0.1:9', database: 'none', timeoutMs: 1000 },
    conformanceNow,
  );
  await expect(store.write([storedEntry(1, { type: 'event', kind: 'sos' })])).rejects.toMatchObject({
    code: 'INGEST_STORE_UNREACHABLE',
  });
  await expect(store.latest({ community: 'c1', device: 'd1' })).rejects.toMatchObject({
    code: 'INGEST_STORE_UNREACHABLE',
  });
});

test('a value asked for never becomes part of the query', async () => {
  const store = openInfluxStore(freshDatabase(), conformanceNow);
  await store.write([storedEntry(1, { type: 'event', kind: 'sos' })]);
  expect(await store.events({ of: { community: 'c1', device: "x' OR 1=1 --" }, limit: 10 })).toEqual([]);
});

test('a server that cannot be run is named with what it printed', async () => {
  await expect(startInfluxd({ dataDir: join(folder, 'other'), binary: '/bin/false' })).rejects.toMatchObject({
    code: 'INGEST_INFLUXD_NOT_STARTED',
  });
});
