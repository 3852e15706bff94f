import type { GatewayLiveState, LiveStateReader } from '#contracts/warning-transition.ts';
import type { Logger } from '#runtime/log.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import { visibleDeviceState } from '../identity/rights.ts';
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
}): PollLoop {
  const { reader } = options;
  const revisions = new Map<string, number>();
  const gateways = new Map<string, string>();

  const publishDevices = (room: Room) => {
    const known = revisions.get(room.community);
    const changed = reader.devices(room.community, known ?? 0);
    // What stood before the room was followed reaches pages by their snapshot.
    for (let from = 0; known !== undefined && from < changed.length; from += maxDevices) {
      const devices = changed.slice(from, from + maxDevices).map(visibleDeviceState);
      room.publish({ type: 'devices', devices });
    }
    if (known !== undefined && changed.length > 0) {
      options.onDevices(
        room.community,
        changed.map(({ device }) => device),
      );
    }
    revisions.set(room.community, changed.at(-1)?.revision ?? known ?? 0);
  };

  const publishGateways = (room: Room) => {
    const keyOf = ({ community, gateway }: GatewayLiveState) => `${community}/${gateway}`;
    const changed = reader
      .gateways(room.community)
      .filter((state) => gateways.get(keyOf(state)) !== JSON.stringify(state));
    if (changed.length > 0) room.publish({ type: 'gateways', gateways: changed });
    for (const state of changed) gateways.set(keyOf(state), JSON.stringify(state));
  };

  /** A community whose states cannot be read keeps none from the others, and is met again where it was. */
  const publish = (room: Room) => {
    try {
      publishDevices(room);
      publishGateways(room);
    } catch (error) {
      options.log.error({ err: error, community: room.community }, 'states not readable');
    }
  };

  return startPollLoop({
    name: 'state-feed',
    intervalMs: options.intervalMs ?? 500,
    log: options.log,
    run: () => {
      for (const room of options.rooms()) publish(room);
      return false;
    },
  });
}
