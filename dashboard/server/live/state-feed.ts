import type { LiveStateReader } from '#contracts/warning-transition.ts';
import type { Logger } from '#runtime/log.ts';
import { startWokenLoop, type WokenLoop } from '#runtime/woken-loop.ts';
import { visibleDeviceState } from '../rights.ts';
import type { Room } from './room.ts';

/** Devices in one update; more travel in several. */
const maxDevices = 500;

/** Follows what was last heard of devices and gateways into the rooms, every `intervalMs`. */
export function startStateFeed(options: {
  reader: LiveStateReader;
  rooms: () => Room[];
  /** Told which devices of a community gave a sign of life or a reading. */
  onDevices: (community: string, devices: string[]) => void;
  log: Logger;
  intervalMs?: number;
}): WokenLoop {
  const { reader } = options;
  const revisions = new Map<string, number>();
  const gateways = new Map<string, string>();

  const publishDevices = (room: Room) => {
    const known = revisions.get(room.community);
    const changed = reader.devices(room.community, known ?? 0);
    revisions.set(room.community, changed.at(-1)?.revision ?? known ?? 0);
    // What stood before the room was followed reaches pages by their snapshot.
    if (known === undefined) return;
    if (changed.length > 0)
      options.onDevices(
        room.community,
        changed.map(({ device }) => device),
      );
    for (let from = 0; from < changed.length; from += maxDevices) {
      const devices = changed.slice(from, from + maxDevices).map(visibleDeviceState);
      room.publish({ type: 'devices', devices });
    }
  };

  const publishGateways = (room: Room) => {
    const changed = reader.gateways(room.community).filter((state) => {
      const key = `${state.community}/${state.gateway}`;
      const text = JSON.stringify(state);
      const isNew = gateways.get(key) !== text;
      gateways.set(key, text);
      return isNew;
    });
    if (changed.length > 0) room.publish({ type: 'gateways', gateways: changed });
  };

  return startWokenLoop({
    name: 'state-feed',
    intervalMs: options.intervalMs ?? 500,
    log: options.log,
    run: () => {
      for (const room of options.rooms()) {
        publishDevices(room);
        publishGateways(room);
      }
      return false;
    },
  });
}
