import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { MetricProcess } from '#contracts/metrics.ts';
import { createInfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { openInfluxStore } from '#ingest/store/influx/influx-store.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { beyondBound, createAlertStates, type ProvisionedRule } from './grafana-alert-state.ts';

const file = resolve(
  import.meta.dirname,
  '../../provisioning/grafana/alerting/platform-health.generated.json',
);
const { groups } = JSON.parse(readFileSync(file, 'utf8')) as {
  groups: { interval: string; rules: ProvisionedRule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const ruleOf = (uid: string) => rules.find((rule) => rule.uid === uid) as ProvisionedRule;

const minute = 60_000;
const reportMs = 30_000;
const columnsOfValues = ['value', 'heard', 'held', 'risen'];
/** Long enough ago that all of a history is past; a whole minute. */
const start = Math.floor(Date.now() / minute) * minute - 180 * minute;

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

/** What is told at an instant: dead letters and refusals so far, and which rule's trouble there is. */
type Life = (at: number) => { trouble?: string; letters?: number; refusals?: number };

/** The platform's word of itself at an instant, as its journal holds it. */
function entriesAt(at: number, life: Life): JournalEntry[] {
  const { trouble, letters = 3, refusals = 3 } = life(at);
  const is = (uid: string) => trouble === `shouwang-${uid}`;
  const base = { position: Math.round((at - start) / 1000) * 10, receivedAt: at };
  const metrics = (process: MetricProcess, values: Record<string, number>, index: number): JournalEntry => ({
    ...{ ...base, position: base.position + index, class: 'metrics', process },
    values: Object.entries({ ...values, process_start_time_seconds: 1 }).map(([name, value]) => ({
      ...{ name, value },
    })),
  });
  const heartbeat = (gateway: string, alarms: number, index: number): JournalEntry => ({
    ...{ ...base, position: base.position + index, class: 'gateway', community: 'c1', gateway },
    ...{ status: 'heartbeat', session: '0123456789abcdef', heartbeatIntervalMs: reportMs },
    held: alarms > 0 ? [{ epoch: '9f86d081884c7d65', lane: 'alarm', oldest: 1, newest: alarms }] : [],
  });
  const ofIngest = {
    ingest_warning_lag: is('warning-lag') ? 9000 : 3,
    ingest_store_lag: is('store-lag') ? 200_000 : 40,
    ingest_store_refused: is('store-refusing') ? 12 : 0,
    ingest_journal_used_ratio: is('journal-full') ? 0.93 : 0.2,
    ingest_disk_free_ratio: is('disk-full') ? 0.04 : 0.5,
    ingest_dead_letters: letters,
    ingest_dead_letters_dropped: 0,
  };
  const ofBroker: JournalEntry = {
    ...{ ...base, position: base.position + 5, class: 'metrics', process: 'broker' },
    values: [{ name: 'broker_refusals_total', labels: 'wrong-secret', value: refusals }],
  };
  return [
    metrics('ingest', ofIngest, 1),
    ofBroker,
    metrics('dashboard', { dashboard_access_entries_waiting: is('access-unwritten') ? 5000 : 2 }, 6),
    ...(is('process-silent') ? [] : [metrics('dispatch', {}, 2)]),
    heartbeat('gw-1', is('alarms-held') ? 3 : 0, 3),
    ...(is('gateway-silent') ? [] : [heartbeat('gw-2', 0, 4)]),
  ];
}

/** Lives so long, told every half minute from `offset` on, and answers for each evaluation who fires. */
async function fireTimes(rule: ProvisionedRule, life: Life, { offset = 0, minutes = 60 } = {}) {
  databases += 1;
  const options = { url: influxd.url, database: `life${databases}`, timeoutMs: 10_000 };
  const store = openInfluxStore(options, Date.now);
  const ask = createInfluxQuery(options);
  const states = createAlertStates(rule);
  const fired: { at: number; series: string[] }[] = [];
  for (let at = start + minute; at <= start + minutes * minute; at += minute) {
    const told = [at - minute, at - minute + reportMs].map((each) => each + offset);
    expect(await store.write(told.flatMap((each) => entriesAt(each, life)))).toEqual([]);
    // What Grafana asks at this instant: nothing later is in the store yet.
    const query = (rule.data[0]?.model.query ?? '').replaceAll('now()', `'${new Date(at).toISOString()}'`);
    const series = states.evaluate(at, beyondBound(rule, await ask(query), columnsOfValues));
    if (series.length > 0) fired.push({ at, series });
  }
  return fired;
}

/** Minutes that a rule's text promises to wait. */
const statedMinutes = ({ annotations }: ProvisionedRule) =>
  Number(/for (\d+) minutes/.exec(annotations.summary)?.[1]);

const watched: Record<string, string> = {
  'shouwang-process-silent': 'dispatch',
  'shouwang-gateway-silent': 'c1 gw-2',
  'shouwang-alarms-held': 'c1 gw-1',
  'shouwang-store-refusing': 'ingest_store_refused',
  'shouwang-dead-letters': 'ingest_dead_letters',
  'shouwang-broker-refusing': 'wrong-secret',
  'shouwang-access-unwritten': 'dashboard',
};
/** The others count what came within a time. */
const lasting = rules.filter(({ annotations }) => !/within \d+ minutes/.test(annotations.summary));

test('every rule says in its text how long it waits, and is evaluated once a minute', () => {
  for (const rule of lasting) expect(statedMinutes(rule), rule.uid).toBeGreaterThan(0);
  expect(groups.map(({ interval }) => interval)).toEqual(['1m']);
});

describe.each([0, 10_000, 25_000])('told %i ms after the minute', (offset) => {
  test.each(lasting.map((rule) => [rule.uid, rule] as const))(
    '%s fires when its text says so, not at twice that, and ends when it is over',
    async (uid, rule) => {
      const stated = statedMinutes(rule) * minute;
      // A short trouble first, which is none by the text; then one that lasts.
      const short = { from: start + 5 * minute + 1, to: start + 5 * minute + stated - 90_000 };
      const long = { from: start + 20 * minute + 1, to: start + 40 * minute };
      const life: Life = (at) =>
        [short, long].some(({ from, to }) => at >= from && at <= to) ? { trouble: uid } : {};
      const fired = await fireTimes(rule, life, { offset });
      const times = fired.map(({ at }) => at);
      // Silence is counted from the last word before it, a value from the first one that tells of it.
      const isSilence = uid.endsWith('-silent');
      const told = start + offset;
      const since = isSilence
        ? told + Math.floor((long.from - told) / reportMs) * reportMs
        : told + Math.ceil((long.from - told) / reportMs) * reportMs;
      const first = (times[0] ?? Number.NaN) - since;
      expect(first).toBeGreaterThanOrEqual(stated);
      expect(first).toBeLessThanOrEqual(stated + 2 * minute);
      expect(times.at(-1)).toBeLessThanOrEqual(long.to + 2 * minute);
      // Without a break in between.
      expect(times).toHaveLength(((times.at(-1) ?? 0) - (times[0] ?? 0)) / minute + 1);
      expect(new Set(fired.flatMap(({ series }) => series))).toEqual(new Set([watched[uid] ?? '']));
    },
  );
});

test('a process that stays silent for a day is still told', async () => {
  const rule = ruleOf('shouwang-process-silent');
  const life: Life = (at) => (at > start + 2 * minute ? { trouble: rule.uid } : {});
  expect((await fireTimes(rule, life, { minutes: 3 })).length).toBe(0);
  const ask = createInfluxQuery({ url: influxd.url, database: `life${databases}`, timeoutMs: 10_000 });
  const asked = (rule.data[0]?.model.query ?? '').replaceAll(
    'now()',
    `'${new Date(start + 1440 * minute).toISOString()}'`,
  );
  expect(await ask(asked)).toContainEqual(expect.objectContaining({ process: 'dispatch', heard: 0 }));
});

test('where nothing tells anything, the rule about processes fires within a minute of its time', async () => {
  const rule = ruleOf('shouwang-process-silent');
  const states = createAlertStates(rule);
  expect(states.evaluate(start, new Map())).toEqual(['no data']);
});

test.each([
  ['dead-letters', 'eleven come at once', (minutes: number) => (minutes < 20 ? 3 : 14), [20, 35]],
  ['dead-letters', 'ten come', (minutes: number) => (minutes < 20 ? 3 : 13), undefined],
  [
    'dead-letters',
    'one comes every two minutes',
    (minutes: number) => 3 + Math.floor(minutes / 2),
    undefined,
  ],
  ['dead-letters', 'fifty are replayed and gone', (minutes: number) => (minutes < 20 ? 60 : 10), undefined],
  ['broker-refusing', 'twenty-one come at once', (minutes: number) => (minutes < 20 ? 3 : 24), [20, 35]],
  ['broker-refusing', 'one comes a minute', (minutes: number) => Math.floor(minutes), undefined],
  ['broker-refusing', 'the broker starts anew', (minutes: number) => (minutes < 20 ? 500 : 0), undefined],
] as const)('shouwang-%s where %s', async (name, _, count, between) => {
  const uid = `shouwang-${name}`;
  const life: Life = (at) => {
    const counted = count((at - start) / minute);
    return name === 'dead-letters' ? { letters: counted } : { refusals: counted };
  };
  const fired = await fireTimes(ruleOf(uid), life, { minutes: 50 });
  const minutes = fired.map(({ at }) => (at - start) / minute);
  if (!between) {
    expect(minutes).toEqual([]);
    return;
  }
  const [from, to] = between;
  expect(minutes[0]).toBeGreaterThanOrEqual(from);
  expect(minutes[0]).toBeLessThanOrEqual(from + 1);
  expect(minutes.at(-1)).toBeLessThanOrEqual(to + 1);
  expect(new Set(fired.flatMap(({ series }) => series))).toEqual(new Set([watched[uid]]));
});
