import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import type { DeviceView } from '#contracts/rest.ts';
import type { DeviceState } from '#contracts/warning-transition.ts';
import { api } from '../../shared/rest/api.ts';
import { useLiveState } from '../page/console-context.ts';
import { alarmsByDevice, type DeviceRow, deviceRows } from './device-rows.ts';

/** How often the registry is asked what devices there are, in ms. */
const askEveryMs = 60_000;

/** Devices the registry knows, in the server's order. */
export function useRegisteredDevices(): { devices: readonly DeviceView[]; failure: Error | null } {
  const query = useQuery({ queryKey: ['devices'], queryFn: api.devices, refetchInterval: askEveryMs });
  return { devices: query.data?.devices ?? none, failure: query.error };
}

/** Every device with what was last heard of it; drawn after what is more urgent, since readings pour in. */
export function useDeviceRows(): { rows: readonly DeviceRow[]; failure: Error | null } {
  const { devices, failure } = useRegisteredDevices();
  const states: ReadonlyMap<string, DeviceState> = useDeferredValue(useLiveState((state) => state.devices));
  const incidents = useDeferredValue(useLiveState((state) => state.incidents));
  const alarms = useMemo(() => alarmsByDevice(incidents.values()), [incidents]);
  return { rows: useMemo(() => deviceRows(devices, states, alarms), [devices, states, alarms]), failure };
}

const none: readonly DeviceView[] = [];
