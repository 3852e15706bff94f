import { randomBytes } from 'node:crypto';
import type { DeadLetterView, DeviceClassName, RegisterDevice } from '#contracts/dead-letters.ts';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../../errors.ts';
import { requirePlace } from '../registry/registry-routes.ts';
import type { DashboardDatabase } from '../tables.ts';

/**
 * Writes the device of a dead letter into the registry, which the dashboard alone writes while it runs.
 *
 * @returns The new device's id, which says nothing of where or whose it is.
 * @throws {DashboardError} `DASHBOARD_DEVICE_INVALID`, `DASHBOARD_DEVICE_KNOWN` or `DASHBOARD_PLACE_UNKNOWN`.
 */
export async function registerDevice(
  db: DashboardDatabase,
  { registry, community, letter }: { registry: Registry; community: string; letter: DeadLetterView },
  asked: RegisterDevice,
): Promise<string> {
  const { address, name, place = {} } = asked;
  if (letter.address === undefined || !addressesOf(letter.address).includes(address)) {
    throw new DashboardError('DASHBOARD_DEVICE_INVALID', `the dead letter is not from ${address}`, {
      path: '/address',
    });
  }
  const { gateway } = letter;
  if (!registry.of(community)?.gateways.has(gateway)) {
    throw new DashboardError('DASHBOARD_DEVICE_INVALID', `the gateway ${gateway} is not registered`);
  }
  requirePlace(registry, community, { ...place, label: name });
  const id = `d-${randomBytes(8).toString('hex')}`;
  const { numInsertedOrUpdatedRows: inserted } = await db
    .insertInto('device')
    .values({
      id,
      community,
      gateway,
      address,
      class: asked.class,
      model: null,
      name: name.trim(),
      ...finest(place),
      resident: null,
      stale_after_ms: null,
    })
    .onConflict((conflict) => conflict.columns(['community', 'address']).doNothing())
    .executeTakeFirst();
  if (!inserted) {
    throw new DashboardError('DASHBOARD_DEVICE_KNOWN', `${address} is registered already`, {
      path: '/address',
    });
  }
  return id;
}

/** The finest part of a place says the coarser ones. */
function finest({ building = null, unit = null, dwelling = null }: Partial<Record<string, string | null>>) {
  return {
    building: unit === null && dwelling === null ? building : null,
    unit: dwelling === null ? unit : null,
    dwelling,
  };
}

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
