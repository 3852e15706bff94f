import { randomBytes } from 'node:crypto';
import type { DeadLetterView, RegisterDevice } from '#contracts/dead-letters.ts';
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
  { registry, community, deadLetter }: { registry: Registry; community: string; deadLetter: DeadLetterView },
  asked: RegisterDevice,
): Promise<string> {
  const { address, name, place = {} } = asked;
  if (deadLetter.address === undefined || !addressesOf(deadLetter.address).includes(address)) {
    throw new DashboardError('DASHBOARD_DEVICE_INVALID', `the dead letter is not from ${address}`, {
      path: '/address',
    });
  }
  const { gateway } = deadLetter;
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

/** Addresses that a device may be registered under: as it was sent, and without the component part. */
export function addressesOf(address: string): string[] {
  const own = address.split('/')[0] ?? address;
  return own === address ? [address] : [address, own];
}
