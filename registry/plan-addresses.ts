import { deviceProtocols, type ReadAddress, readDeviceAddress } from '#contracts/device-address.ts';
import type { CommunityPlan } from './community-plan.ts';
import { nearestOf } from './nearest.ts';

/** Why an address cannot be parsed, with the most likely intended one. */
export function addressFault(text: string, { part, given, expected }: ReadAddress & { ok: false }): string {
  const near = part === 'protocol' ? nearestOf(given, deviceProtocols) : undefined;
  const meant = near && `${near}:${text.slice(text.indexOf(':') + 1)}`;
  return `${JSON.stringify(text)}: ${part} has to be ${expected}${meant ? `; did you mean "${meant}"?` : ''}`;
}

/** The plan with every address as its adapter writes it. */
export function withReadAddresses(plan: CommunityPlan): CommunityPlan {
  const devices = plan.devices.map((device) => {
    const read = readDeviceAddress(device.address);
    return read.ok ? { ...device, address: read.address } : device;
  });
  return { ...plan, devices };
}
