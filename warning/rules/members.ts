import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import { type Members, maxMembersNamed } from '#contracts/warning-transition.ts';
import { deviceWords } from '../device-words.ts';
import { gatewayKey } from '../gateway-key.ts';
import type { RuleView, WarningSubject } from './rule.ts';

/** Devices of one warning by count and place, in the order they joined; a device that was taken away is not named. */
export function membersOf(devices: readonly string[], { registry }: RuleView): Members {
  const known = devices.flatMap((id) => {
    const device = registry.devices.get(id);
    return device ? [deviceWords(device, id).zh] : [];
  });
  return { count: devices.length, places: known.slice(0, maxMembersNamed) };
}

/** A warning about a gateway itself, one of its kind at a time. */
export function aboutGateway<K extends WarningSubject['kind']>(
  kind: K,
  { community, gateway }: { community: string; gateway: string },
) {
  const key = gatewayKey(community, gateway);
  return {
    key,
    kind,
    level: levelOfKind(kind),
    lifeSafety: false,
    community,
    gateway,
    subject: key,
  } as const;
}

/** A gateway as people call it. */
export function gatewayLabel(gateway: string, { registry }: RuleView): string {
  return registry.gateways.get(gateway)?.name ?? gateway;
}
