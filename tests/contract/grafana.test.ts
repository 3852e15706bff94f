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
  type: string;
  fieldConfig: {
    defaults: {
      custom?: {
        drawStyle?: string;
        barAlignment?: number;
        spanNulls?: boolean | number;
        lineInterpolation?: string;
      };
    };
  };
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

interface RuleFile {
  groups: {
    folder: string;
    rules: {
      uid: string;
      title: string;
      condition: string;
      annotations: { summary: string };
      data: { refId: string; datasourceUid: string; model: { query?: string; expression?: string } }[];
    }[];
  }[];
}
interface ContactPointFile {
  contactPoints: { receivers: { settings: Record<string, string> }[] }[];
}

test('the files Grafana reads are what the code says, and no other is there', () => {
  const files = grafanaFiles();
  const found = globSync('**/*.{json,yaml,yml}', { cwd: folder });
  expect(found.toSorted()).toEqual(Object.keys(files).toSorted());
  for (const [file, text] of Object.entries(files)) expect(read(file)).toBe(text);
});

test('what is grouped by an id is grouped by its community: ids of two are no one’s mean', () => {
  const grouped = Object.entries(grafanaFiles()).flatMap(([file, text]) =>
    [...text.matchAll(/GROUP BY ([^()]|\([^()]*\))*/g)].map(([grouping]) => ({ file, grouping })),
  );
  const byId = grouped.filter(({ grouping }) => /\\"(device|gateway|building)\\"/.test(grouping));
  expect(byId.length).toBeGreaterThan(20);
  for (const { file, grouping } of byId) expect(grouping, file).toContain('\\"community\\"');
});

test('the provisioned data source is the one that panels ask, by address and database of the environment', () => {
  const source = read('datasources/shouwang.generated.yaml');
  expect(source).toContain(`uid: ${influxSource.uid}\n`);
  expect(source).toContain('url: $STORE_INFLUX_URL\n');
  expect(source).toContain('dbName: $STORE_INFLUX_DATABASE\n');
  expect(read('dashboards/shouwang.generated.yaml')).toContain('folder: 守望\n');
});

describe('alerting', () => {
  const { groups } = JSON.parse(read('alerting/platform-health.generated.json')) as RuleFile;
  const { contactPoints, ...further } = JSON.parse(
    read('alerting/contact-points.generated.json'),
  ) as ContactPointFile;
  const rules = groups.flatMap((group) => group.rules);

  test('rules have addresses of their own and words in both languages, and stand in a folder of their own', () => {
    expect(groups.map(({ folder: title }) => title)).toEqual(['守望平台健康']);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    for (const { uid, title, annotations } of rules) {
      expect(uid).toMatch(/^[a-z0-9-]{8,40}$/);
      expect(title).toMatch(/\p{Script=Han}/u);
      expect(annotations.summary).toMatch(/^[A-Z][ -~]{20,}\.$/);
    }
  });

  test('a rule asks the provisioned source, reduces to the newest and compares', () => {
    for (const { uid, condition, data } of rules) {
      const [asked, reduced, compared] = data;
      expect(asked, uid).toMatchObject({ refId: 'A', datasourceUid: influxSource.uid });
      // Grafana expands names of the environment in some parts of these files and macros in others.
      expect(asked?.model.query, uid).toMatch(/^SELECT [^$]* WHERE time > now\(\) - [^$]*$/);
      expect(reduced, uid).toMatchObject({
        refId: 'B',
        datasourceUid: '__expr__',
        model: { expression: 'A' },
      });
      expect(compared, uid).toMatchObject({ refId: condition, datasourceUid: '__expr__' });
      expect(compared?.model.expression, uid).toMatch(/^\$B [<>] [0-9.]+$/);
    }
  });

  test('rules look at the platform alone: no alarm and no reading of a resident', () => {
    const measurements = rules.flatMap(({ data }) =>
      [...(data[0]?.model.query ?? '').matchAll(/FROM "(\w+)"/g)].map(([, name]) => name),
    );
    expect(new Set(measurements)).toEqual(new Set(['metric', 'gateway']));
  });

  test('contact points hold no address, only names of the environment, and nothing is routed to them', () => {
    expect(contactPoints.length).toBeGreaterThan(0);
    for (const { receivers } of contactPoints) {
      for (const { settings } of receivers) {
        for (const value of Object.values(settings)) expect(value).toMatch(/^\$SHOUWANG_[A-Z_]+#$/);
      }
    }
    expect(Object.keys(further)).toEqual(['apiVersion']);
    expect(globSync('alerting/*', { cwd: folder }).toSorted()).toEqual([
      'alerting/contact-points.generated.json',
      'alerting/platform-health.generated.json',
    ]);
  });
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

  const drawn = panels.filter(({ type }) => type === 'timeseries');

  test('draws a bar behind the start of its time, not around it', () => {
    for (const { title, fieldConfig } of drawn) {
      const { drawStyle, barAlignment } = fieldConfig.defaults.custom ?? {};
      // 1 is "after" the point, and the point is where the time begins.
      if (drawStyle === 'bars') expect(barAlignment, title).toBe(1);
    }
  });

  test('breaks a curve where nothing was heard, at the latest after half an hour', () => {
    for (const { title, fieldConfig, targets } of drawn) {
      const { drawStyle, spanNulls, lineInterpolation } = fieldConfig.defaults.custom ?? {};
      if (drawStyle === 'bars') continue;
      for (const { query } of targets) expect(query, title).toMatch(/ fill\(null\)$/);
      if (targets.every(({ query }) => query.includes('time(1h)'))) {
        expect([spanNulls, lineInterpolation], title).toEqual([false, 'stepAfter']);
      } else {
        expect(spanNulls, title).toBeGreaterThan(0);
        expect(spanNulls, title).toBeLessThanOrEqual(1_800_000);
      }
    }
  });

  test('shows a newest value only where it is of the end of the range', () => {
    for (const { title, type, targets } of panels) {
      for (const { query } of type === 'stat' ? targets : []) {
        if (/^SELECT (sum|last).*FROM "metric"/.test(query)) expect(query, title).toMatch(/__to\}ms - 5m/);
      }
    }
  });

  test('uses only variables it offers', () => {
    const offered = dashboard.templating.list.map(({ name }) => name);
    for (const { datasource } of dashboard.templating.list) expect(datasource).toEqual(influxSource);
    const queries = [...dashboard.templating.list, ...panels.flatMap(({ targets }) => targets)];
    // `__to` is Grafana's own: the end of the range.
    const used = queries.flatMap(({ query }) =>
      [...query.matchAll(/\$\{(?!__to\})(\w+)/g)].map(([, name]) => name),
    );
    expect(new Set(used)).toEqual(new Set(offered));
  });
});
