import type { Logger } from '#runtime/log.ts';
import type { AdapterContext } from '../adapter.ts';
import { type KnownDevice, readBridgeDevices } from './bridge-devices.ts';

/** Whether a device, or the bridge, is said to be reachable. */
export type Link = 'online' | 'offline';

/** The devices a bridge has paired, as it listed them last, and who is offline; both outlive a restart of the agent. */
export interface KnownDevices {
  /** The device of a friendly name. */
  named(name: string): KnownDevice | undefined;
  at(address: string): KnownDevice | undefined;
  all(): Iterable<KnownDevice>;
  coordinator(): KnownDevice | undefined;
  /** Takes the bridge's list; false where it is none. */
  readList(payload: Buffer): boolean;
  /** What was last said of a device's line, or of the bridge's by its coordinator; undefined where nothing was. */
  linkOf(address: string): Link | undefined;
  setLink(address: string, link: Link): void;
}

const listFile = 'bridge-devices.json';
const offlineFile = 'offline-devices.json';

/** Opens what was known when the agent ended: states may be sent again before the bridge tells its list. */
export function openKnownDevices({ kept, log }: Pick<AdapterContext, 'kept' | 'log'>): KnownDevices {
  let text = kept.read(listFile);
  let byName = (text === undefined ? undefined : readList(text, log)) ?? new Map<string, KnownDevice>();
  let byAddress = indexOf(byName);
  // Forgotten, its fault would have no end.
  const links = new Map<string, Link>(
    readAddresses(kept.read(offlineFile), log).map((at) => [at, 'offline']),
  );
  const keepOffline = () => {
    const offline = [...links].filter(([, link]) => link === 'offline').map(([address]) => address);
    try {
      kept.write(offlineFile, JSON.stringify(offline));
    } catch (error) {
      log.warn({ err: error }, 'offline devices not saved: after a restart their end may not be reported');
    }
  };
  return {
    named: (name) => byName.get(name),
    at: (address) => byAddress.get(address),
    all: () => byAddress.values(),
    coordinator: () => [...byName.values()].find(({ isCoordinator }) => isCoordinator),
    readList: (payload) => {
      const given = payload.toString('utf8');
      if (given === text) return true;
      const devices = readList(given, log);
      if (!devices) return false;
      byName = devices;
      byAddress = indexOf(devices);
      for (const address of links.keys()) if (!byAddress.has(address)) links.delete(address);
      try {
        kept.write(listFile, given);
        text = given;
      } catch (error) {
        log.warn({ err: error }, 'list of devices not kept: after a restart the bridge has to tell it first');
      }
      return true;
    },
    linkOf: (address) => links.get(address),
    setLink: (address, link) => {
      const wasOffline = links.get(address) === 'offline';
      links.set(address, link);
      if (wasOffline !== (link === 'offline')) keepOffline();
    },
  };
}

function readList(text: string, log: Logger): Map<string, KnownDevice> | undefined {
  try {
    return readBridgeDevices(JSON.parse(text));
  } catch (error) {
    log.warn({ err: error, bytes: text.length }, 'list of devices not readable');
    return undefined;
  }
}

function readAddresses(text: string | undefined, log: Logger): string[] {
  try {
    const addresses: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(addresses) ? addresses.filter((each) => typeof each === 'string') : [];
  } catch (error) {
    log.warn({ err: error }, 'offline devices cannot be read: their end may not be reported');
    return [];
  }
}

function indexOf(devices: Map<string, KnownDevice>): Map<string, KnownDevice> {
  return new Map([...devices.values()].map((device) => [device.address, device]));
}
