import type { DevicePresence, GatewayPresence } from './presence-rows.ts';

/** Devices of a gateway that have been silent beyond their time on its clock, and when the next one will have been. */
export function expiredDevices(
  { clock, backSince }: GatewayPresence,
  devices: Iterable<DevicePresence>,
): { expired: DevicePresence[]; nextExpiry: number } {
  const expired: DevicePresence[] = [];
  let nextExpiry = Number.POSITIVE_INFINITY;
  for (const device of devices) {
    if (device.heardClock === undefined || device.expired) continue;
    const expiry = Math.max(device.heardClock, backSince) + device.staleAfterMs;
    if (expiry <= clock) expired.push(device);
    else nextExpiry = Math.min(nextExpiry, expiry);
  }
  return { expired, nextExpiry };
}
