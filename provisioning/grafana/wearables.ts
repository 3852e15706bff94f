import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { layDashboard } from './dashboard-frame.ts';
import * as vitals from './vitals-panels.ts';
import * as wearables from './wearable-panels.ts';

/** 可穿戴设备: who is heard, worn and charged, and vital signs by device pseudonym. */
export function wearablesDashboard(): Dashboard {
  return layDashboard({
    uid: 'shouwang-wearables',
    title: '可穿戴设备',
    description: 'Wearables: coverage, not worn, battery, and vital signs by device pseudonym.',
    variables: ['community', 'device'],
    rows: [
      {
        height: 4,
        panels: [
          wearables.wearablesHeard(),
          vitals.wornShare(),
          wearables.wearablesNotWorn(),
          wearables.batteriesLow(),
        ],
      },
      { height: 8, panels: [wearables.wearablesHeardOverTime(), vitals.hoursHeard()] },
      { height: 8, panels: [wearables.notWornDevices(), wearables.lowBatteryDevices()] },
      { height: 8, panels: [wearables.heartRateByDevice(), vitals.oxygenByDevice()] },
      { height: 8, panels: [vitals.bloodPressureByDevice(), vitals.temperatureByDevice()] },
      { height: 8, panels: [vitals.newestVitals(), vitals.batteryByDevice()] },
    ],
  });
}
