import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeRetention } from '#ingest/store/describe-retention.ts';
import { describeTelemetryStore } from '#ingest/store/describe-telemetry-store.ts';
import { startInfluxd } from '#ingest/store/influx/influxd.ts';
import { askInflux } from '#provisioning/influx/ask-influx.ts';
import { influx2, influx3, withInterface } from '#provisioning/testing/influx-interfaces.ts';
import { connectInfluxTestServer } from '../influx-test-server.ts';

// The suites that engines run on SQLite and Debian's influxd, on the server that somebody names.
const { INFLUX_TEST_URL: url, INFLUX_TEST_TOKEN: token, INFLUX_TEST_ORG: organization } = process.env;
if (url) {
  const { name, use, removes } = await connectInfluxTestServer({ url, token, organization });
  describeTelemetryStore(name, use);
  describeRetention(name, use, { removes });
}

const fail = async () => {
  throw new Error('what was checked failed');
};

test('on 1.x a check has a database of its own, gone afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'influx-'));
  const influxd = await startInfluxd({ dataDir: folder });
  const server = await connectInfluxTestServer({ url: influxd.url });
  const databases = () => askInflux({ url: influxd.url, timeoutMs: 5000 }, 'SHOW DATABASES');
  await server.use(async (_, points) => {
    expect(await databases()).toHaveLength(1);
    expect(await points()).toBe(0);
  });
  await expect(server.use(fail)).rejects.toThrow('what was checked failed');
  expect(await databases()).toEqual([]);
  expect(server.removes).toBe(true);
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

test('on 2.x a check has a bucket and its mapping, both gone afterwards', async () => {
  const of2 = influx2({ organizations: ['estate', 'tests'] });
  await withInterface(of2, async (address, told) => {
    const server = await connectInfluxTestServer({ url: address, token: 'a-token', organization: 'tests' });
    await server.use(async () => {
      expect([...of2.buckets.values()]).toMatchObject([{ orgID: 'org1', retentionRules: [] }]);
      const name = [...of2.buckets.values()][0]?.name;
      expect([...of2.dbrps.values()]).toMatchObject([{ database: name, bucketID: 'bucket0', default: true }]);
    });
    await expect(server.use(fail)).rejects.toThrow('what was checked failed');
    expect([of2.buckets.size, of2.dbrps.size]).toEqual([0, 0]);
    expect(server.removes).toBe(true);
    expect(new Set(told.map(({ authorization }) => authorization))).toEqual(new Set(['Token a-token']));
  });
});

test('on 3 Core a check has a database, removed for good afterwards, and nothing is removed by class', async () => {
  const of3 = influx3();
  await withInterface(of3, async (address, told) => {
    const server = await connectInfluxTestServer({ url: address, token: 'a-token' });
    await server.use(async () => expect([...of3.databases.values()]).toEqual([null]));
    await expect(server.use(fail)).rejects.toThrow('what was checked failed');
    expect(of3.databases.size).toBe(0);
    expect(told.at(-1)?.what).toMatch(/^DELETE .*&hard_delete_at=now$/);
    expect(server.removes).toBe(false);
  });
});
