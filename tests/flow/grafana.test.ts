import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { metricProcesses } from '#contracts/metrics.ts';
import { createInfluxQuery, type InfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { demoCommunity } from '#simulators/community.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { expandGrafanaQuery } from './expand-grafana-query.ts';
import { historyUntil, writeHistory } from './grafana-history.ts';
import { liveForDashboards } from './grafana-life.ts';
import { type Promised, promised, promisedRules } from './grafana-promises.ts';

interface Dashboard {
  panels: { title: string; targets: { refId: string; query: string }[] }[];
  templating: { list: { name: string; query: string }[] };
}
interface RuleFile {
  groups: { rules: { uid: string; data: { model: { query?: string } }[] }[] }[];
}

const folder = resolve(import.meta.dirname, '../../provisioning/grafana');
const read = <T>(file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
const dashboards = globSync('dashboards/*.generated.json', { cwd: folder }).map((file) => {
  const { panels, templating } = read<Dashboard>(file);
  const targets = panels.flatMap(({ title, targets: asked }) =>
    asked.map(({ refId, query }) => [`${title} ${refId}`, query] as const),
  );
  return { name: basename(file, '.generated.json'), targets, variables: templating.list };
});
const rules = read<RuleFile>('alerting/platform-health.generated.json').groups.flatMap((group) =>
  group.rules.map(({ uid, data }) => [uid, data[0]?.model.query ?? ''] as const),
);

let dataDir: string;
let influxd: Influxd;
let underTest: PlatformUnderTest;
let ask: InfluxQuery;
let startedAt: number;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir });
  ask = createInfluxQuery({ url: influxd.url, database: 'shouwang', timeoutMs: 10_000 });
  startedAt = Date.now();
  // Rates and risen counters need more than one minute of the platform's life.
  await writeHistory(influxd.url, 'shouwang', historyUntil(startedAt, { troubled: false }));
  underTest = await startPlatformUnderTest({
    store: { STORE_KIND: 'influx', STORE_INFLUX_URL: influxd.url },
    withSimulators: true,
    // Batteries of the living community may be low by chance; those of the watches below are known.
    env: { SIMULATORS_WATCHES: '0' },
  });
  await liveForDashboards(underTest, ask);
});
afterAll(async () => {
  await underTest.stop();
  await influxd.stop();
  rmSync(dataDir, { recursive: true });
});

test('every dashboard and every rule has promises, and no promise is without one', () => {
  expect(dashboards.map(({ name }) => name).toSorted()).toEqual(Object.keys(promised).toSorted());
  expect(rules.map(([uid]) => uid).toSorted()).toEqual(Object.keys(promisedRules).toSorted());
});

describe.each(dashboards)('$name', ({ name: dashboard, targets, variables }) => {
  const everything = Object.fromEntries(variables.map(({ name }) => [name, ['.*']]));

  test('every query of every panel has promised columns', () => {
    const names = Object.keys(promised[dashboard] ?? {});
    expect(targets.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  });

  test.each(targets)('%s answers with its columns', async (name, query) => {
    await vi.waitFor(() => expectPromise(promised[dashboard]?.[name], expand(query, everything)), {
      timeout: 20_000,
      interval: 200,
    });
  });

  test.each(targets)('%s answers with everything chosen by name', async (name, query) => {
    const chosen: Record<string, string[]> = { community: [demoCommunity, 'other (1)'] };
    for (const { name: variable, query: offers } of variables) {
      if (variable === 'community') continue;
      const offered = await ask(expand(offers, chosen));
      chosen[variable] = [...new Set(offered.map(({ value }) => String(value)))];
    }
    await expectPromise(promised[dashboard]?.[name], expand(query, chosen));
    if (variables.length === 0) return;
    expect(await ask(expand(query, { ...everything, community: ['another'] }))).toEqual([]);
  });

  test.each(variables)('$name offers what the community has', async ({ name, query }) => {
    const offered = (await ask(expand(query, { community: [demoCommunity] }))).map(({ value }) => value);
    const known: Record<string, string[]> = {
      community: [demoCommunity],
      building: ['b1', 'b2'],
      gateway: ['gw-1', 'hosted-1', 'gw-late'],
      device: ['watch-7', 'gate-b1u1', 'panel-b1'],
    };
    expect(offered).toEqual(expect.arrayContaining(known[name] ?? ['a known variable']));
  });
});

test.each(rules)('the query of rule %s answers with its columns', async (uid, query) => {
  await expectPromise(promisedRules[uid], query);
});

test('every process of the running platform tells what it counts, and ingest who is there', async () => {
  // The written past ends within the millisecond of the start.
  await vi.waitFor(
    async () => {
      const told = await ask(
        `SELECT last("value") AS "value" FROM "metric" WHERE time > ${startedAt + 1}ms
         AND "name" = 'process_resident_memory_bytes' GROUP BY "process"`,
      );
      const { dashboard } = underTest.platform.ready;
      const names = metricProcesses.map((name) =>
        name === 'dashboard' ? `${name}@${dashboard.port}` : name,
      );
      expect(told.map(({ process }) => process).toSorted()).toEqual(names.toSorted());
      const live = `SELECT last("value") AS "value" FROM "metric" WHERE time > ${startedAt}ms
        AND "name" = 'warning_gateways' AND "labels" = '${demoCommunity}/live'`;
      // The late one is catching up.
      expect(await ask(live)).toMatchObject([{ value: 2 }]);
    },
    { timeout: 50_000, interval: 500 },
  );
});

test('nothing personal is in InfluxDB: no name, no dwelling, no words', async () => {
  const fields = (await ask('SHOW FIELD KEYS')).map(({ fieldKey }) => fieldKey);
  const tags = (await ask('SHOW TAG KEYS')).map(({ tagKey }) => tagKey);
  expect(
    [...fields, ...tags].filter((key) => /actor|name|person|resident|dwelling|words|text/.test(String(key))),
  ).toEqual(['name']);
  const incidents = JSON.stringify(await ask('SELECT * FROM "incident"'));
  expect(incidents).toContain('acknowledged');
  expect(incidents).not.toMatch(/station-1|guard-1|b1u|微型消防站/);
});

function expand(query: string, variables: Record<string, string[]>): string {
  return expandGrafanaQuery(query, {
    from: startedAt - 3_600_000,
    to: Date.now() + 60_000,
    interval: '1m',
    variables,
  });
}

async function expectPromise(promise: Promised | undefined, query: string): Promise<void> {
  const { columns = [], rows = [] } = promise ?? {};
  const answer = await ask(query);
  expect(answer.length).toBeGreaterThan(0);
  expect(Object.keys(answer[0] ?? {}).toSorted()).toEqual(columns.toSorted());
  for (const row of rows) expect(answer).toContainEqual(expect.objectContaining(row));
}
