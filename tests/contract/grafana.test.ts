import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { influxSource } from '#provisioning/grafana/data-source.ts';
import { grafanaFiles } from '#provisioning/grafana/grafana-files.ts';

const folder = resolve(import.meta.dirname, '../../provisioning/grafana');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

interface Target {
  refId: string;
  query: string;
  rawQuery: boolean;
  resultFormat: string;
  datasource: object;
}
interface Panel {
  id: number;
  title: string;
  description: string;
  datasource: object;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: Target[];
}
interface Dashboard {
  id?: number;
  uid: string;
  title: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { name: string; query: string; datasource: object }[] };
}

test('the files Grafana reads are what the code says, and no other is there', () => {
  const files = grafanaFiles();
  const found = globSync('**/*.{json,yaml,yml}', { cwd: folder });
  expect(found.toSorted()).toEqual(Object.keys(files).toSorted());
  for (const [file, text] of Object.entries(files)) expect(read(file)).toBe(text);
});

test('the provisioned data source is the one that panels ask, by address and database of the environment', () => {
  const source = read('datasources/shouwang.generated.yaml');
  expect(source).toContain(`uid: ${influxSource.uid}\n`);
  expect(source).toContain('url: $STORE_INFLUX_URL\n');
  expect(source).toContain('dbName: $STORE_INFLUX_DATABASE\n');
  expect(read('dashboards/shouwang.generated.yaml')).toContain('folder: 守望\n');
});

describe.each(globSync('dashboards/*.json', { cwd: folder }))('%s', (file) => {
  const dashboard = JSON.parse(read(file)) as Dashboard;
  const panels = dashboard.panels;

  test('keeps its address, leaves its number to Grafana, and asks no migration of 9.4', () => {
    expect(dashboard.uid).toMatch(/^[a-z0-9-]{8,40}$/);
    expect(dashboard).not.toHaveProperty('id');
    expect(dashboard.schemaVersion).toBe(38);
  });

  test('has panels with numbers of their own and words in both languages', () => {
    expect(panels.length).toBeGreaterThan(0);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, description } of panels) {
      expect(title).toMatch(/\p{Script=Han}/u);
      expect(description).toMatch(/^[A-Z][ -~]{20,}\.$/);
    }
  });

  test('has panels within 24 columns, none over another', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x}/${y}`), `${title} at ${x}/${y}`).toBeUndefined();
          taken.set(`${x}/${y}`, title);
        }
      }
    }
  });

  test('asks the provisioned source alone, by raw InfluxQL within the chosen time', () => {
    for (const { title, datasource, targets } of panels) {
      expect(datasource, title).toEqual(influxSource);
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
      for (const target of targets) {
        expect(target, title).toMatchObject({ datasource: influxSource, rawQuery: true });
        expect(target.refId, title).toMatch(/^[A-Z]$/);
        expect(target.query, title).toMatch(/^SELECT .*\$timeFilter/);
        expect(['time_series', 'table'], title).toContain(target.resultFormat);
      }
    }
  });

  test('uses only variables it offers', () => {
    const offered = dashboard.templating.list.map(({ name }) => name);
    for (const { datasource } of dashboard.templating.list) expect(datasource).toEqual(influxSource);
    const queries = [...dashboard.templating.list, ...panels.flatMap(({ targets }) => targets)];
    const used = queries.flatMap(({ query }) => [...query.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect(new Set(used)).toEqual(new Set(offered));
  });
});
