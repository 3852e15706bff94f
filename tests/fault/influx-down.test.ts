import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startInfluxd } from '#ingest/store/influx/influxd.ts';
import { demoCommunity, watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { loadAddresses, runLoadGateway } from '#simulators/load-gateway.ts';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';

const alarms = 200;
const readings = 20_000;
const watches = 40;

test('with InfluxDB stopped incidents open all the same, and afterwards it holds every record once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'influx-'));
  const first = await startInfluxd({ dataDir: folder });
  const underTest = await startPlatformUnderTest({
    store: { STORE_KIND: 'influx', STORE_INFLUX_URL: first.url, STORE_RETRY_MAX_MS: '500' },
  });
  const page = await underTest.openPage();
  await first.stop('SIGKILL');

  const gateway = `${demoCommunity}.gw-load`;
  const addresses = loadAddresses(watches, 0);
  const secret = await underTest.addGateway('gw-load', addresses);
  const load = runLoadGateway({
    brokerUrl: `mqtt://127.0.0.1:${underTest.ports.tcpPort}`,
    username: gateway,
    password: secret,
    community: demoCommunity,
    gateway: 'gw-load',
    addresses,
    batch: 200,
    total: readings,
  });
  const startedAt = Date.now() - 240_000;
  await Promise.all(
    Array.from({ length: watches }, async (_, index) => {
      const watch = connectWatch({
        id: watchId(index),
        host: '127.0.0.1',
        port: underTest.ports.watch3gPort,
        now: Date.now,
      });
      for (let round = 0; round < alarms / watches; round++) {
        await watch.raise(0x0001_0000, startedAt + round * 61_000);
      }
      await watch.close();
    }),
  );
  expect(await load).toMatchObject({ published: readings, acknowledged: readings });
  await vi.waitFor(
    () => {
      const open = [...page.incidents.values()];
      expect(open).toHaveLength(watches);
      expect(open.reduce((sum, { alarmCount }) => sum + alarmCount, 0)).toBe(alarms);
    },
    { timeout: 30_000, interval: 100 },
  );

  const again = await startInfluxd({ dataDir: folder, ports: first.ports });
  await vi.waitFor(
    async () => {
      expect(await countPoints(again.url, "SELECT count(active) FROM event WHERE kind = 'sos'")).toBe(alarms);
      const ofLoad = "SELECT count(value) FROM reading WHERE quantity = 'heart-rate'";
      expect(await countPoints(again.url, ofLoad)).toBe(readings);
    },
    { timeout: 60_000, interval: 250 },
  );
  page.close();
  await underTest.stop();
  await again.stop();
  rmSync(folder, { recursive: true });
});

async function countPoints(url: string, q: string): Promise<number> {
  const response = await fetch(`${url}/query?${new URLSearchParams({ db: 'shouwang', q })}`);
  const { results } = (await response.json()) as {
    results: { series?: { values: (string | number)[][] }[] }[];
  };
  return Number(results[0]?.series?.[0]?.values[0]?.[1] ?? 0);
}
