import type { HoldingKind } from '#contracts/facts/event-kinds.ts';
import type { Incident } from '#contracts/incident.ts';
import type { DeviceView } from '#contracts/rest.ts';
import type { DeviceState } from '#contracts/warning-transition.ts';

/** A device with what a guard may know of it: never a vital sign (DESIGN.md, promise 12). */
export interface DeviceRow {
  device: DeviceView;
  state: DeviceState['state'];
  /** Platform time, epoch ms; absent while unheard. */
  heardAt?: number;
  /** Percent. */
  battery?: number;
  /** What it still says, whatever became of the incident; absent where nothing. */
  alarms?: readonly HoldingKind[];
}

/** What the list is narrowed to; an absent field narrows nothing. */
export interface DeviceFilter {
  class?: string;
  building?: string;
  state?: DeviceRow['state'];
}

const stateRank = { stale: 0, unheard: 1, live: 2 } as const satisfies Record<DeviceRow['state'], number>;

/** By device, what it still says, of the incidents that a page knows. */
export function alarmsByDevice(incidents: Iterable<Incident>): ReadonlyMap<string, readonly HoldingKind[]> {
  const alarms = new Map<string, Set<HoldingKind>>();
  for (const { holding = [] } of incidents) {
    for (const { device, kind } of holding) {
      if (device !== undefined) alarms.set(device, (alarms.get(device) ?? new Set()).add(kind));
    }
  }
  return new Map([...alarms].map(([device, kinds]) => [device, [...kinds]]));
}

/** Devices with their states, those that need a look first: in alarm, stale, never heard, live; then by place. */
export function deviceRows(
  devices: readonly DeviceView[],
  states: ReadonlyMap<string, DeviceState>,
  alarms: ReadonlyMap<string, readonly HoldingKind[]> = new Map(),
): DeviceRow[] {
  const rows = devices.map((device) => ({
    ...rowOf(device, states.get(device.id)),
    ...(alarms.has(device.id) && { alarms: alarms.get(device.id) ?? [] }),
  }));
  const placed = new Intl.Collator('zh-CN', { numeric: true });
  const rankOf = ({ alarms, state }: DeviceRow) => (alarms ? -1 : stateRank[state]);
  return rows.sort((a, b) => rankOf(a) - rankOf(b) || placed.compare(a.device.place, b.device.place));
}

function rowOf(device: DeviceView, known: DeviceState | undefined): DeviceRow {
  const battery = known?.latest.battery?.value;
  return {
    device,
    state: known?.state ?? 'unheard',
    ...(known?.heardAt !== undefined && { heardAt: known.heardAt }),
    ...(typeof battery === 'number' && { battery: Math.round(battery) }),
  };
}

/** The rows a filter leaves. */
export function filterDevices(rows: readonly DeviceRow[], filter: DeviceFilter): DeviceRow[] {
  return rows.filter(
    ({ device, state }) =>
      (filter.class === undefined || device.class === filter.class) &&
      (filter.building === undefined || device.building === filter.building) &&
      (filter.state === undefined || state === filter.state),
  );
}

/** How many rows are in each state. */
export function countStates(rows: readonly DeviceRow[]): Record<DeviceRow['state'], number> {
  const counts = { live: 0, stale: 0, unheard: 0 };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}
