import type { Incident } from '#contracts/incident.ts';
import type { GateEvent, Snapshot } from '#contracts/socket-events.ts';
import type { DeviceState } from '#contracts/warning-transition.ts';

/** Platform time of the examples, epoch ms. */
export const exampleNow = 1_795_482_901_000;

/** A new red SOS, changed as a test needs it. */
export function exampleIncident(change: Partial<Incident> = {}): Incident {
  return {
    id: 'i-00000000-0000-4000-8000-000000000001',
    number: '20261124-001',
    community: 'demo',
    state: 'new',
    level: 'red',
    kind: 'sos',
    lifeSafety: true,
    late: false,
    drill: false,
    source: 'warning',
    place: { building: 'b3', label: '3栋2单元501' },
    attention: 1,
    alarmCount: 1,
    summary: { zh: '手表求救', en: 'SOS from a watch' },
    openedAt: exampleNow,
    lastAlarmAt: exampleNow,
    assignments: [],
    version: 1,
    ...change,
  };
}

/** A live watch, changed as a test needs it. */
export function exampleDevice(change: Partial<DeviceState> = {}): DeviceState {
  return {
    device: 'watch-1',
    community: 'demo',
    gateway: 'gw-1',
    state: 'live',
    heardAt: exampleNow,
    latest: { battery: { capturedAt: exampleNow, value: 80, unit: '%' } },
    revision: 1,
    ...change,
  };
}

/** A card accepted at a gate, changed as a test needs it. */
export function exampleGateEvent(change: Partial<GateEvent> = {}): GateEvent {
  return {
    position: 1,
    device: 'gate-1',
    kind: 'access-granted',
    active: true,
    capturedAt: exampleNow,
    receivedAt: exampleNow,
    late: false,
    means: 'card',
    ...change,
  };
}

/** An empty snapshot at sequence 10, changed as a test needs it. */
export function exampleSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    sequence: 10,
    now: exampleNow,
    incidents: [],
    devices: [],
    gateways: [],
    gateEvents: [],
    commands: [],
    ...change,
  };
}
