import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  type Panel,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { influxSource } from './data-source.ts';

/** The schema version of Grafana 9.4: it migrates nothing, newer ones migrate upward (docs/decisions/009). */
const schemaVersion = 38;
const gridColumns = 24;

/** Panels beside one another, which share the width evenly; height in Grafana's grid units. */
export interface PanelRow {
  height: number;
  panels: Builder<Panel>[];
}

/** Lays panels beside one another. */
export const row = (height: number, ...panels: Builder<Panel>[]): PanelRow => ({ height, panels });

/** A dashboard before it is laid out. */
export interface DashboardPlan {
  /** Part of the dashboard's address; it never changes. */
  uid: string;
  title: string;
  description: string;
  variables: VariableName[];
  /** From top to bottom. */
  rows: PanelRow[];
}

const ofCommunity = `WHERE "community" =~ /^\${community:regex}$/`;

/** Variables of a dashboard, each over the values of a tag; those after the community depend on it. */
const variables = {
  community: { label: '小区 Community', query: 'SHOW TAG VALUES WITH KEY = "community"' },
  building: {
    label: '楼栋 Building',
    query: `SHOW TAG VALUES FROM "incident" WITH KEY = "building" ${ofCommunity}`,
  },
  gateway: {
    label: '网关 Gateway',
    query: `SHOW TAG VALUES FROM "gateway" WITH KEY = "gateway" ${ofCommunity}`,
  },
  device: { label: '设备 Device', query: `SHOW TAG VALUES WITH KEY = "device" ${ofCommunity}` },
} as const;
export type VariableName = keyof typeof variables;

/** Lays a dashboard out: the last day, refreshed every 30 s, changed only by the code. */
export function layDashboard(plan: DashboardPlan): Dashboard {
  const builder = new DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['shouwang'])
    .timezone('browser')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('30s')
    .readonly();
  for (const name of plan.variables) builder.withVariable(tagVariable(name));
  const { templating, ...dashboard } = builder.build();
  return { ...dashboard, templating: { list: [], ...templating }, schemaVersion, panels: placed(plan.rows) };
}

function tagVariable(name: VariableName): QueryVariableBuilder {
  const { label, query } = variables[name];
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(influxSource)
      .query(query)
      .definition(query)
      .multi(true)
      .includeAll(true)
      // A pattern instead of every value by name: thousands of devices would not fit into a query.
      .allValue('.*')
      .current({ selected: true, text: ['All'], value: ['$__all'] })
      .refresh(VariableRefresh.OnDashboardLoad)
      .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
  );
}

function placed(rows: PanelRow[]): Panel[] {
  const panels: Panel[] = [];
  let y = 0;
  for (const row of rows) {
    const width = gridColumns / row.panels.length;
    row.panels.forEach((panel, index) => {
      const gridPos = { x: index * width, y, w: width, h: row.height };
      panels.push({ ...panel.build(), id: panels.length + 1, gridPos });
    });
    y += row.height;
  }
  return panels;
}
