import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInfluxQuery, type InfluxRow } from '#ingest/store/influx/influx-query.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { historyUntil, writeHistory } from './grafana-history.ts';

interface Rule {
  uid: string;
  data: { model: { query?: string; type?: string; reducer?: string; expression?: string } }[];
}
const file = resolve(
  import.meta.dirname,
  '../../provisioning/grafana/alerting/platform-health.generated.json',
);
const rules = (JSON.parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups
  .flatMap((group) => group.rules)
  .map((rule) => [rule.uid, rule] as const);

/** Series for which each rule fires in a troubled hour, by the tags that tell them apart. */
const firing: Record<string, object[]> = {
  'shouwang-process-silent': [{ process: 'dispatch' }],
  'shouwang-gateway-silent': [{ community: 'demo', gateway: 'gw-old' }],
  'shouwang-alarms-held': [{ community: 'demo', gateway: 'gw-held' }],
  'shouwang-warning-lag': [{}],
  'shouwang-store-refusing': [{ name: 'ingest_store_refused' }],
  'shouwang-store-lag': [{}],
  'shouwang-dead-letters': [{ name: 'ingest_dead_letters' }],
  'shouwang-alarm-letters-dropped': [{ name: 'ingest_alarm_dead_letters_dropped' }],
  'shouwang-records-set-aside': [{ community: 'demo', gateway: 'gw-held' }],
  'shouwang-messages-failed': [{ labels: 'fail' }],
  'shouwang-records-left': [{ labels: 'alarm/left-queue' }],
  'shouwang-hosts-refused': [{ labels: 'DASHBOARD_HOST_UNKNOWN' }],
  'shouwang-services-refused': [{ name: 'ingest_refused_tokens_total' }],
  'shouwang-adapters-refused': [{ community: 'demo', gateway: 'gw-held' }],
  'shouwang-sign-ins-refused': [{ labels: 'DASHBOARD_SIGN_IN_REFUSED' }],
  'shouwang-pages-refused': [{ labels: 'DASHBOARD_PAGES_FULL' }],
  'shouwang-flow-editor-refused': [{ community: 'demo', gateway: 'gw-held' }],
  'shouwang-broker-refusing': [{ labels: 'wrong-secret' }],
  'shouwang-journal-full': [{}],
  'shouwang-access-unwritten': [{ process: 'dashboard' }],
  'shouwang-disk-full': [{}],
};

let dataDir: string;
let influxd: Influxd;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir });
  for (const troubled of [false, true]) {
    await writeHistory(influxd.url, databaseOf(troubled), historyUntil(Date.now(), { troubled }));
  }
});
afterAll(async () => {
  await influxd.stop();
  rmSync(dataDir, { recursive: true });
});

test.each(rules)('%s fires for what is in trouble, and for nothing else', async (uid, rule) => {
  expect(await seriesFiring(rule, true)).toEqual(firing[uid]);
});

test.each(rules)('%s is quiet while all is well', async (_uid, rule) => {
  expect(await seriesFiring(rule, false)).toEqual([]);
});

const databaseOf = (troubled: boolean) => (troubled ? 'troubled' : 'calm');

/** What Grafana does with a rule: the last value of each series, compared. */
async function seriesFiring({ data }: Rule, troubled: boolean): Promise<object[]> {
  const [asked, reduced, compared] = data.map(({ model }) => model);
  expect(reduced).toMatchObject({ type: 'reduce', reducer: 'last' });
  const [, sign, bound] = /^\$B ([<>]) ([0-9.]+)$/.exec(compared?.expression ?? '') ?? [];
  const ask = createInfluxQuery({ url: influxd.url, database: databaseOf(troubled), timeoutMs: 10_000 });
  const newest = new Map<string, InfluxRow>();
  for (const row of await ask(asked?.query ?? '')) newest.set(JSON.stringify(tagsOf(row)), row);
  return [...newest.values()]
    .filter((row) => {
      const value = Number(newestValue(row));
      return sign === '>' ? value > Number(bound) : value < Number(bound);
    })
    .map(tagsOf);
}

const columnsOfValues = ['value', 'heard', 'held', 'risen'];

function tagsOf(row: InfluxRow): object {
  return Object.fromEntries(
    Object.entries(row).filter(([column]) => column !== 'time' && !columnsOfValues.includes(column)),
  );
}

function newestValue(row: InfluxRow): InfluxRow[string] | undefined {
  return columnsOfValues.map((column) => row[column]).find((value) => value !== undefined);
}
