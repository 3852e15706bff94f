import type { GateEvent } from '#contracts/socket-events.ts';
import type { Logger } from '#runtime/log.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import type { Room } from './room.ts';

/** Gate events in one update, and read at once. */
const maxEvents = 200;

/** Follows what happens at the gates into the rooms, every `intervalMs`. */
export function startGateFeed(options: {
  reader: GateEventReader;
  rooms: () => Room[];
  log: Logger;
  intervalMs?: number;
}): PollLoop {
  const { reader, log } = options;
  const positions = new Map<string, number>();

  /** @returns True where more are waiting. */
  const publish = (room: Room): boolean => {
    const position = positions.get(room.community);
    if (position === undefined) {
      positions.set(room.community, reader.latest(room.community, 1).at(-1)?.position ?? 0);
      return false;
    }
    const gateEvents = reader.after(room.community, position, maxEvents);
    const newest = gateEvents.at(-1);
    if (!newest) return false;
    room.publish({ type: 'gate-events', gateEvents });
    positions.set(room.community, newest.position);
    return gateEvents.length === maxEvents;
  };

  /** A community whose events cannot be read keeps none from the others. */
  const tryPublish = (room: Room): boolean => {
    try {
      return publish(room);
    } catch (error) {
      log.error({ err: error, community: room.community }, 'gate events not readable');
      return false;
    }
  };

  return startPollLoop({
    name: 'gate-feed',
    intervalMs: options.intervalMs ?? 500,
    log,
    run: () => options.rooms().filter(tryPublish).length > 0,
  });
}

/** Reads what happened at a community's gates out of the journal. */
export interface GateEventReader {
  /** The newest ones, oldest first, at most `limit`. */
  latest(community: string, limit: number): GateEvent[];
  /** Those after a journal position, oldest first, at most `limit`. */
  after(community: string, position: number, limit: number): GateEvent[];
}
