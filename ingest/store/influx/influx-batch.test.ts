import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heartRate, start, storedEntry } from '../../testing/stored-entries.ts';
import { createWriteBatch, type EntryLines } from './influx-batch.ts';
import { createInfluxQuery } from './influx-query.ts';
import { readLineRefusal, troubleOfAnswer } from './influx-refusals.ts';
import { createInfluxWrite } from './influx-write.ts';
import { type Influxd, startInfluxd } from './influxd.ts';

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

const day = 86_400_000;
const linesOf = (measurement: string, position: number, at = start): EntryLines => ({
  entry: storedEntry(position, heartRate(60)),
  measurement,
  lines: [`${measurement},device=d1 value=${position} ${at + position}000000`],
});

/** Writes into a database of its own in which two measurements of the first day hold texts. */
async function writeBeside(database: string, batch: EntryLines[]) {
  const options = { url: influxd.url, database, timeoutMs: 10_000 };
  const query = createInfluxQuery(options);
  await query(`CREATE DATABASE "${database}" WITH DURATION 3650d SHARD DURATION 1d`);
  const write = createInfluxWrite(options);
  await write(['alien', 'foreign'].map((name) => `${name},device=d9 value="a text" ${start}000000`));
  let requests = 0;
  const writeBatch = createWriteBatch(
    (lines) => {
      requests += 1;
      return write(lines);
    },
    async () => undefined,
  );
  const refused = await writeBatch(batch);
  const stored = await query('SELECT count("value") AS "n" FROM /.*/ WHERE device = $device', {
    device: 'd1',
  });
  return { requests, refused, stored: stored.reduce((sum, { n }) => sum + Number(n), 0) };
}

test('a measurement of another program costs a few requests a batch, and none of its neighbours', async () => {
  const names = ['alien', 'own', 'foreign', 'other'];
  const batch = Array.from({ length: 2000 }, (_, index) => linesOf(names[index % 4] as string, index + 1));
  const { requests, refused, stored } = await writeBeside('mixed', batch);
  expect(new Set(refused.map(({ measurement }) => measurement))).toEqual(new Set(['alien', 'foreign']));
  expect(refused).toHaveLength(1000);
  expect(new Set(refused.map(({ cause }) => cause))).toEqual(new Set(['type-conflict']));
  expect(stored).toBe(1000);
  expect(requests).toBeLessThanOrEqual(5);
});

test('where only the shard of one day is of another type, what is of other days is stored', async () => {
  const batch = Array.from({ length: 64 }, (_, index) =>
    linesOf('alien', index + 1, index < 20 ? start : start + 2 * day),
  );
  const { refused, stored } = await writeBeside('by-day', batch);
  expect(refused.map(({ entry }) => entry.position)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  expect(stored).toBe(44);
});

test.each([
  [400, 'partial write: points beyond retention policy dropped=3', { cause: 'beyond-retention', dropped: 3 }],
  [
    400,
    'partial write: max-values-per-tag limit exceeded (100000/100000): measurement="reading" tag="device" value="d1" dropped=1',
    { cause: 'limit-reached', measurement: 'reading', dropped: 1 },
  ],
  [400, "unable to parse 'a b=': missing field value", { cause: 'unholdable' }],
  [413, 'Request Entity Too Large', { cause: 'too-large' }],
  [422, 'something new', { cause: 'other' }],
])('an answer %i "%s" is read for its cause', (status, words, refusal) => {
  expect(readLineRefusal(status, words)).toEqual(refusal);
});

test.each([
  [500, '{"error":"engine: error writing WAL entry: write /wal/1: no space left on device"}', 'disk-full'],
  [503, 'Service Unavailable', 'overloaded'],
  [429, '', 'overloaded'],
  [500, 'write failed: timeout', 'overloaded'],
  [502, '<html>', 'failing'],
  [403, 'forbidden', 'not-allowed'],
])('an answer %i "%s" keeps everything waiting as %s', (status, words, trouble) => {
  expect(troubleOfAnswer(status, words)).toBe(trouble);
});
