import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as alarms from './alarm-panels.ts';
import { layDashboard } from './dashboard-frame.ts';
import { passagesByHour } from './gate-panels.ts';
import { gaps, lateRecords } from './record-panels.ts';
import * as wearables from './wearable-panels.ts';

/** 小区总览: alarms, gates, wearables and what is missing, of one or several communities; nothing personal. */
export function communityOverview(): Dashboard {
  return layDashboard({
    uid: 'shouwang-community',
    title: '小区总览',
    description: 'Community overview: alarms, incidents, gates, wearables, late and missing records.',
    variables: ['community', 'device'],
    rows: [
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
    ],
  });
}
