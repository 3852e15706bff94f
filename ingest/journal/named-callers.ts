import { createBoundedMap } from '#runtime/bounded-map.ts';

/** Addresses of unregistered devices that call under their own name, of one gateway within `forgetAfterMs`. */
export const maxNamedCallers = 16;
const forgetAfterMs = 3_600_000;
/** Gateways remembered; as many as sign in to the broker. */
const maxGateways = 10_000;

/** Says which devices that nobody knows may have an incident each, and which share the one of their gateway. */
export interface NamedCallers {
  /**
   * True where the address may call under its own name. Junk that names another device each time would open an incident
   * each time: beyond the first addresses a gateway's callers are counted on one incident, each with its own line.
   */
  mayName(community: string, gateway: string, address: string, at: number): boolean;
}

/** Creates an empty memory: after a restart the first addresses are named again. */
export function createNamedCallers(): NamedCallers {
  const gateways = createBoundedMap<string, Map<string, number>>(maxGateways);
  return {
    mayName: (community, gateway, address, at) => {
      const key = `${community}/${gateway}`;
      const named = gateways.get(key) ?? new Map<string, number>();
      gateways.set(key, named);
      for (const [known, lastAt] of named) if (at - lastAt > forgetAfterMs) named.delete(known);
      if (!named.has(address) && named.size >= maxNamedCallers) return false;
      named.set(address, at);
      return true;
    },
  };
}
