import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { layDashboard } from './dashboard-frame.ts';
import * as gateways from './gateway-panels.ts';
import { gaps, lateRecords } from './record-panels.ts';
import { batteryByDevice } from './vitals-panels.ts';
import { devicesLastHeard, lowBatteryDevices } from './wearable-panels.ts';

/** 网关与设备: what is not heard, what waits at gateways, batteries and clocks. */
export function gatewaysAndDevices(): Dashboard {
  return layDashboard({
    uid: 'shouwang-gateways',
    title: '网关与设备',
    description: 'Gateways and devices: offline, stale, battery, records still held, clocks.',
    variables: ['community', 'gateway', 'device'],
    rows: [
      {
        height: 4,
        panels: [
          gateways.gatewaysLive(),
          gateways.gatewaysStale(),
          gateways.devicesLive(),
          gateways.devicesStale(),
        ],
      },
      { height: 8, panels: [gateways.gatewayStates()] },
      { height: 8, panels: [gateways.heartbeats(), gateways.outboxDepth()] },
      { height: 8, panels: [gateways.clockOffsets(), gateways.connectionsLost()] },
      { height: 8, panels: [gateways.recordsLost(), gateways.absences()] },
      { height: 8, panels: [devicesLastHeard(), lowBatteryDevices()] },
      { height: 8, panels: [batteryByDevice(), lateRecords()] },
      { height: 7, panels: [gaps()] },
    ],
  });
}
