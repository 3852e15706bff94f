import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  type Panel,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as alarms from './alarm-panels.ts';
import { influxSource } from './data-source.ts';
import { passagesByHour } from './gate-panels.ts';
import { gaps, lateRecords } from './record-panels.ts';
import * as wearables from './wearable-panels.ts';

/** What Grafana 9.4 itself writes: it migrates nothing, newer ones migrate upward (docs/decisions/009). */
const schemaVersion = 38;
const gridColumns = 24;

/** Rows of panels from top to bottom; those of a row share its width evenly. */
const rows: { height: number; panels: Builder<Panel>[] }[] = [
  {
    height: 4,
    panels: [
      alarms.redAlarms(),
      alarms.incidentsOpened(),
      alarms.incidentsResolved(),
      wearables.wearablesHeard(),
      wearables.wearablesNotWorn(),
      wearables.batteriesLow(),
    ],
  },
  { height: 8, panels: [alarms.alarmsByLevel(), alarms.alarmsByKind()] },
  { height: 8, panels: [alarms.incidentsHandled(), passagesByHour()] },
  { height: 8, panels: [wearables.heartRateByDevice(), wearables.wearablesHeardOverTime()] },
  { height: 7, panels: [wearables.notWornDevices(), wearables.lowBatteryDevices()] },
  { height: 7, panels: [lateRecords(), gaps()] },
];

/** 小区总览: alarms, gates, wearables and what is missing, of one or several communities; nothing personal. */
export function communityOverview(): Dashboard {
  const dashboard = new DashboardBuilder('小区总览')
    .uid('shouwang-community')
    .description('Community overview: alarms, incidents, gates, wearables, late and missing records.')
    .tags(['shouwang'])
    .timezone('browser')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('30s')
    .readonly()
    .withVariable(tagVariable('community', '小区 Community', 'SHOW TAG VALUES WITH KEY = "community"'))
    .withVariable(
      tagVariable(
        'device',
        '设备 Device',
        `SHOW TAG VALUES WITH KEY = "device" WHERE "community" =~ /^\${community:regex}$/`,
      ),
    )
    .build();
  return { ...dashboard, schemaVersion, panels: placed() };
}

/** A choice among the values of a tag, all of them at first. */
function tagVariable(name: string, label: string, query: string): QueryVariableBuilder {
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

function placed(): Panel[] {
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
