import type { DeadLetterView, DeviceClassName } from '#contracts/dead-letters.ts';
import type { EventKind } from '#contracts/facts/event-kinds.ts';

const byKind: Partial<Record<EventKind, DeviceClassName>> = {
  smoke: 'smoke-detector',
  gas: 'gas-detector',
  'carbon-monoxide': 'gas-detector',
  'water-leak': 'water-sensor',
  'door-opened': 'door-sensor',
  'door-closed': 'door-sensor',
  'door-forced': 'door-sensor',
  motion: 'motion-sensor',
  sos: 'sos-button',
  'emergency-button': 'sos-button',
};
const byProtocol: ReadonlyMap<string, DeviceClassName> = new Map([
  ['watch-3g', 'watch'],
  ['hikvision-isapi', 'gate'],
  ['gb26875', 'fire-panel'],
]);

/** What a device most likely is: some protocols have devices of one class alone, else its event says. */
export function guessDeviceClass({
  address,
  kind,
}: Pick<DeadLetterView, 'address' | 'kind'>): DeviceClassName | undefined {
  return byProtocol.get(address?.split(':')[0] ?? '') ?? (kind && byKind[kind]);
}

/** Addresses that a device may be registered under: as it was sent, and without the component part. */
export function addressesOf(address: string): string[] {
  const own = address.split('/')[0] ?? address;
  return own === address ? [address] : [address, own];
}
