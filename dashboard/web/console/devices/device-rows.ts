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
}

/** What the list is narrowed to; an absent field narrows nothing. */
export interface DeviceFilter {
  class?: string;
  building?: string;
  state?: DeviceRow['state'];
}

const stateRank = { stale: 0, unheard: 1, live: 2 } as const satisfies Record<DeviceRow['state'], number>;

/** Devices with their states, those that need a look first: stale, never heard, live; then by place. */
export function deviceRows(
  devices: readonly DeviceView[],
  states: ReadonlyMap<string, DeviceState>,
): DeviceRow[] {
  const rows = devices.map((device) => rowOf(device, states.get(device.id)));
  const placed = new Intl.Collator('zh-CN', { numeric: true });
  return rows.sort(
    (a, b) => stateRank[a.state] - stateRank[b.state] || placed.compare(a.device.place, b.device.place),
  );
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
