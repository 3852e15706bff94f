import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gatewayCounters } from '#contracts/gateway-counters.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { conformanceNow, heartRate, start, storedEntry } from '../../testing/stored-entries.ts';
import { fieldTypes } from './field-types.ts';
import { openInfluxStore } from './influx-store.ts';
import { startInfluxd } from './influxd.ts';

/** An entry of each measurement with every field that there is. */
const base = { receivedAt: start, community: 'c1' } as const;
const entries: JournalEntry[] = [
  storedEntry(1, heartRate(60)),
  storedEntry(2, {
    type: 'position',
    position: { latitude: 32, longitude: 118.8, accuracyM: 5, source: 'gnss' },
  }),
  storedEntry(3, {
    ...{ type: 'event', kind: 'access-granted', code: '5/1' },
    credential: { means: 'card', ref: 'a-card' },
  } as never),
  storedEntry(4, { type: 'gap', from: 1, reason: 'quota' }),
  {
    ...{ ...base, position: 5, class: 'gateway', gateway: 'gw1', status: 'heartbeat' },
    ...{ session: '0123456789abcdef', heartbeatIntervalMs: 30_000, held: [] },
    clock: { state: 'skewed', offsetMs: 3 },
    counters: Object.fromEntries(gatewayCounters.map((name) => [name, 1])),
  },
  {
    ...{ ...base, position: 6, class: 'incident', incident: 'i-1', change: 1, transition: 'resolved' },
    ...{ warnings: [], kind: 'sos', level: 'red', drill: false, outcome: 'false', responseMs: 5 },
  },
  { position: 7, receivedAt: start, class: 'metrics', process: 'ingest', values: [{ name: 'n', value: 1 }] },
];

test('what we say of our fields and their types is what a server has of them', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'influx-'));
  const influxd = await startInfluxd({ dataDir });
  const store = openInfluxStore({ url: influxd.url, database: 'types', timeoutMs: 10_000 }, conformanceNow);
  expect(await store.write(entries)).toEqual([]);
  for (const tier of [600_000, 3_600_000] as const) {
    const from = Math.floor(start / tier) * tier;
    await store.summarize(tier, from, from + tier);
  }
  const response = await fetch(`${influxd.url}/query?db=types&q=SHOW+FIELD+KEYS`);
  const { results } = (await response.json()) as {
    results: { series: { name: string; values: [string, string][] }[] }[];
  };
  const shown = results.flatMap(({ series }) =>
    series.map(({ name, values }) => [name, Object.fromEntries(values)] as const),
  );
  expect(Object.fromEntries(shown)).toEqual(fieldTypes);
  await influxd.stop();
  rmSync(dataDir, { recursive: true });
});
