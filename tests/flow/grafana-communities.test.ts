import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { Body } from '#contracts/record-body.ts';
import { createInfluxQuery, type InfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { storedEntry } from '#ingest/testing/stored-entries.ts';
import { expandGrafanaQuery } from './expand-grafana-query.ts';
import { writeHistory } from './grafana-history.ts';

interface Panel {
  title: string;
  targets: { query: string }[];
}

const folder = resolve(import.meta.dirname, '../../provisioning/grafana/dashboards');
const panels = globSync('*.generated.json', { cwd: folder }).flatMap(
  (file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { panels: Panel[] }).panels,
);
const minute = 60_000;
const end = Math.floor(Date.now() / minute) * minute;

let dataDir: string;
let influxd: Influxd;
let ask: InfluxQuery;

/** What two communities tell whose watch, gateway and building have the same ids. */
function told(): JournalEntry[] {
  const of = (community: string, pulse: number, worn: number, outcome: string, heldAlarms: number) => {
    const reading = (quantity: string, value: number, unit: string) =>
      storedEntry(1, { type: 'reading', quantity, value, unit } as Body, {
        community,
        device: 'watch-1',
        capturedAt: end - 5 * minute,
      });
    const held = { epoch: '9f86d081884c7d65', lane: 'alarm', oldest: 1, newest: heldAlarms } as const;
    return [
      reading('heart-rate', pulse, '/min'),
      reading('steps', 100, '{steps}'),
      reading('worn', worn, '1'),
      {
        class: 'gateway',
        community,
        gateway: 'gw-1',
        status: 'heartbeat',
        session: '0123456789abcdef',
        held: [held],
      },
      {
        ...{
          class: 'incident',
          community,
          incident: `i-${community}`,
          change: 1,
          transition: 'resolved',
          outcome,
        },
        ...{ warnings: [], kind: 'sos', level: 'red', drill: false, building: 'b1' },
      },
    ];
  };
  const entries = [...of('c1', 70, 0, 'false', 2), ...of('c2', 130, 1, 'real', 9)];
  return entries.map((entry, index) => ({
    ...entry,
    position: index + 1,
    receivedAt: end - 5 * minute,
  })) as JournalEntry[];
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir });
  ask = createInfluxQuery({ url: influxd.url, database: 'two', timeoutMs: 10_000 });
  await writeHistory(influxd.url, 'two', told());
});
afterAll(async () => {
  await influxd.stop();
  rmSync(dataDir, { recursive: true });
});

/** What a panel answers with both communities chosen, without times at which nothing was told. */
async function answerOf(title: string) {
  const query = panels.find((panel) => panel.title === title)?.targets[0]?.query ?? '';
  const every = ['community', 'building', 'gateway', 'device'].map((name) => [name, ['.*']]);
  const range = { from: end - 60 * minute, to: end, interval: '1m', variables: Object.fromEntries(every) };
  const rows = await ask(expandGrafanaQuery(query, range));
  return rows
    .map(({ time: _time, ...values }) => values)
    .filter((values) => !Object.values(values).includes(null));
}

test('a curve is of one community’s device, and no mean of two people whose watches have the same id', async () => {
  expect(await answerOf('心率趋势')).toEqual([
    { community: 'c1', device: 'watch-1', 'heart-rate': 70 },
    { community: 'c2', device: 'watch-1', 'heart-rate': 130 },
  ]);
});

test('watches of the same id are counted as two, and who does not wear theirs is not hidden by who does', async () => {
  expect(await answerOf('在线手表')).toEqual([{ wearables: 2 }]);
  expect(await answerOf('未佩戴')).toEqual([{ wearables: 1 }]);
  expect(await answerOf('未佩戴的手表')).toEqual([{ community: 'c1', device: 'watch-1', worn: 0 }]);
  expect(await answerOf('佩戴率')).toEqual([{ percent: 50 }]);
});

test('gateways and buildings of the same id are told apart', async () => {
  expect(await answerOf('网关待发记录')).toEqual([
    { community: 'c1', gateway: 'gw-1', held: 2 },
    { community: 'c2', gateway: 'gw-1', held: 9 },
  ]);
  const ofBuilding = { building: 'b1', kind: 'sos', resolved: 1 };
  expect(await answerOf('各楼栋误报率')).toEqual([
    { ...ofBuilding, community: 'c1', percent: 100 },
    { ...ofBuilding, community: 'c2', percent: 0 },
  ]);
});
