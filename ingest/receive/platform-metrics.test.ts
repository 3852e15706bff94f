import { beforeEach, expect, test } from 'vitest';
import { exampleMetricsMessage } from '#contracts/metrics.ts';
import { createMetrics, type Metrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { metricValues } from '#runtime/metrics-report.ts';
import { createPlatformMetrics, type PlatformMetrics, shortestIntervalMs } from './platform-metrics.ts';

const { values } = exampleMetricsMessage;
const message = Buffer.from(JSON.stringify(exampleMetricsMessage));
let time: number;
let hasRoom: boolean;
let metrics: Metrics;
let platform: PlatformMetrics;

beforeEach(() => {
  time = Date.UTC(2026, 10, 24);
  hasRoom = true;
  metrics = createMetrics();
  platform = createPlatformMetrics({ hasRoom: () => hasRoom, metrics, now: () => time, log: silentLog() });
});

const outcomes = async () =>
  Object.fromEntries(
    (await metricValues(metrics)).flatMap(({ name, labels = '', value }) =>
      name === 'ingest_metrics_messages_total' && value > 0 ? [[labels, value]] : [],
    ),
  );

test('each process waits with its newest message, and is taken along once', async () => {
  platform.receive('dispatch', message);
  platform.receive('dashboard', message);
  expect(platform.drain()).toEqual([
    { class: 'metrics', process: 'dispatch', values },
    { class: 'metrics', process: 'dashboard', values },
  ]);
  expect(platform.drain()).toEqual([]);
});

test('of two dashboards each waits with its own, told apart by their instances', async () => {
  platform.receive('dashboard', message, '8080');
  platform.receive('dashboard', message, '8081');
  expect(platform.drain()).toEqual([
    { class: 'metrics', process: 'dashboard', instance: '8080', values },
    { class: 'metrics', process: 'dashboard', instance: '8081', values },
  ]);
  expect(await outcomes()).toEqual({ taken: 2 });
});

test('no more than 32 processes are told apart, and one unheard for 5 min gives its place up', async () => {
  for (let port = 1; port <= 40; port++) platform.receive('dashboard', message, String(port));
  expect(platform.drain()).toHaveLength(32);
  expect(await outcomes()).toEqual({ taken: 32, 'too-many': 8 });
  time += 301_000;
  platform.receive('dashboard', message, '40');
  expect(platform.drain()).toMatchObject([{ instance: '40' }]);
});

test('a process that tells too often is not heard, and after a clock set back it is', async () => {
  platform.receive('dispatch', message);
  platform.drain();
  time += shortestIntervalMs - 1;
  platform.receive('dispatch', message);
  expect(platform.drain()).toEqual([]);
  time -= 2 * shortestIntervalMs;
  platform.receive('dispatch', message);
  expect(platform.drain()).toHaveLength(1);
  expect(await outcomes()).toEqual({ taken: 2, 'too-soon': 1 });
});

test.each([
  ['no JSON', '{'],
  ['no metrics', '{"schemaVersion":1}'],
  ['a text for a number', '{"schemaVersion":1,"values":[{"name":"a","value":"1"}]}'],
  ['a name that is none', '{"schemaVersion":1,"values":[{"name":"A b","value":1}]}'],
  ['too many', JSON.stringify({ schemaVersion: 1, values: Array(513).fill({ name: 'a', value: 1 }) })],
])('%s is left out and counted', async (_, text) => {
  platform.receive('dispatch', Buffer.from(text));
  expect(platform.drain()).toEqual([]);
  expect(await outcomes()).toEqual({ unreadable: 1 });
});

test('while the journal has no room nothing is taken, and nothing is kept for later', () => {
  platform.receive('dispatch', message);
  hasRoom = false;
  expect(platform.drain()).toEqual([]);
  hasRoom = true;
  expect(platform.drain()).toEqual([]);
});
