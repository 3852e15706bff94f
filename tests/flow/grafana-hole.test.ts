import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { Body } from '#contracts/record-body.ts';
import { createInfluxQuery, type InfluxQuery, type InfluxRow } from '#ingest/store/influx/influx-query.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { storedEntry } from '#ingest/testing/stored-entries.ts';
import { expandGrafanaQuery } from './expand-grafana-query.ts';
import { historyUntil, writeHistory } from './grafana-history.ts';

interface Panel {
  title: string;
  type: string;
  fieldConfig: { defaults: { custom?: { drawStyle?: string; spanNulls?: boolean | number } } };
  targets: { refId: string; query: string }[];
}

const folder = resolve(import.meta.dirname, '../../provisioning/grafana/dashboards');
const panels = globSync('*.generated.json', { cwd: folder }).flatMap(
  (file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { panels: Panel[] }).panels,
);
const drawn = panels
  .filter(({ type }) => type === 'timeseries')
  .flatMap(({ title, fieldConfig, targets }) => {
    const { drawStyle = 'line', spanNulls = false } = fieldConfig.defaults.custom ?? {};
    return targets.map(({ refId, query }) => ({ name: `${title} ${refId}`, query, drawStyle, spanNulls }));
  });
/** Values of an hour are drawn as steps; nothing of theirs is connected. */
const curves = drawn.filter(({ drawStyle, query }) => drawStyle === 'line' && !query.includes('time(1h)'));

const minute = 60_000;
const end = Math.floor(Date.now() / minute) * minute;
/** Nothing was heard for 45 minutes. */
const hole = { from: end - 55 * minute, to: end - 10 * minute };

let dataDir: string;
let influxd: Influxd;
let ask: InfluxQuery;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir });
  ask = createInfluxQuery({ url: influxd.url, database: 'hole', timeoutMs: 10_000 });
  const told = [...historyUntil(end, { troubled: false }), ...readings()]
    .filter((entry) => timeOf(entry) <= hole.from || timeOf(entry) >= hole.to)
    .map((entry, index) => ({ ...entry, position: index + 1 }));
  await writeHistory(influxd.url, 'hole', told);
});
afterAll(async () => {
  await influxd.stop();
  rmSync(dataDir, { recursive: true });
});

/** What a watch measures, every minute of the hour. */
function readings(): JournalEntry[] {
  const bodies = [
    ['heart-rate', 70, '/min'],
    ['oxygen-saturation', 97, '%'],
    ['body-temperature', 36.6, 'Cel'],
    ['blood-pressure-systolic', 128, 'mm[Hg]'],
    ['blood-pressure-diastolic', 82, 'mm[Hg]'],
    ['battery', 80, '%'],
  ].map(([quantity, value, unit]) => ({ type: 'reading', quantity, value, unit }) as Body);
  return Array.from({ length: 61 }, (_, index) => end - index * minute).flatMap((capturedAt) =>
    bodies.map((body) => storedEntry(1, body, { capturedAt })),
  );
}

function timeOf(entry: JournalEntry): number {
  return entry.class === 'record' ? entry.capturedAt : entry.receivedAt;
}

const expanded = (query: string, interval = '1m') =>
  expandGrafanaQuery(query, {
    ...{ from: end - 60 * minute, to: end, interval },
    variables: Object.fromEntries(
      ['community', 'building', 'gateway', 'device'].map((name) => [name, ['.*']]),
    ),
  });

/** Times of a series' points, by its tags; a null is none. */
function pointsOf(rows: readonly InfluxRow[]): number[][] {
  const valueColumn = Object.keys(rows[0] ?? {}).find(
    (name) => name !== 'time' && rows.some((row) => typeof row[name] === 'number'),
  );
  const series = Map.groupBy(rows, (row) =>
    JSON.stringify(Object.entries(row).filter(([name]) => name !== 'time' && name !== valueColumn)),
  );
  return [...series.values()].map((some) =>
    some.filter((row) => row[valueColumn ?? ''] !== null).map(({ time }) => Number(time)),
  );
}

test('there is a curve of everything that is measured over time', () => {
  expect(curves.length).toBeGreaterThan(20);
});

test.each(curves.map((curve) => [curve.name, curve] as const))(
  '%s is no straight line through 45 minutes in which nothing was heard',
  async (_, { query, spanNulls }) => {
    const series = pointsOf(await ask(expanded(query)));
    expect(series.length).toBeGreaterThan(0);
    for (const times of series) {
      expect(times.some((time) => time < hole.from)).toBe(true);
      expect(times.some((time) => time >= hole.to)).toBe(true);
      expect(times.filter((time) => time > hole.from && time < hole.to)).toEqual([]);
    }
    // Two points with nothing but nulls between are connected where they are this near.
    const gapMs = hole.to - hole.from;
    expect(Number(spanNulls)).toBeLessThan(gapMs);
    // A null for each empty minute: without them Grafana sees two neighbours and no gap.
    const rows = await ask(expanded(query));
    const nulls = rows.filter(
      ({ time, ...values }) =>
        Number(time) > hole.from && Number(time) < hole.to && Object.values(values).includes(null),
    );
    expect(nulls.length).toBe(44 * series.length);
  },
);

test('a number that is told no more is unknown, and not what it was before', async () => {
  const numbers = panels.flatMap(({ type, title, targets }) =>
    targets
      .filter(({ query }) => type === 'stat' && /__to/.test(query))
      .map(({ query }) => [title, query] as const),
  );
  expect(numbers.length).toBeGreaterThan(5);
  const inHole = (query: string) =>
    expandGrafanaQuery(query, {
      ...{ from: end - 60 * minute, to: hole.to - 5 * minute, interval: '1m' },
      variables: { community: ['.*'] },
    });
  for (const [title, query] of numbers) {
    expect(await ask(inHole(query)), title).toEqual([]);
    expect(await ask(expanded(query)), title).not.toEqual([]);
  }
});

test('the bar of an hour is asked for by the time at which the hour begins', async () => {
  const hourly = drawn.find(({ name }) => name === '每小时新警情 A');
  const rows = (await ask(expanded(hourly?.query ?? ''))).filter(({ incidents }) => Number(incidents) > 0);
  expect(rows.length).toBeGreaterThan(0);
  const opened = end - 60 * minute;
  const hour = 60 * minute;
  for (const { time } of rows) expect(time).toBe(Math.floor(opened / hour) * hour);
});
