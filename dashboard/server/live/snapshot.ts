import { type CommandReader, maxCommandsShown } from '#contracts/command.ts';
import type { IncidentReader } from '#contracts/incident.ts';
import type { Snapshot } from '#contracts/socket-events.ts';
import type { LiveStateReader } from '#contracts/warning-transition.ts';
import { visibleDeviceState } from '../identity/rights.ts';
import type { GateEventReader } from './gate-feed.ts';
import type { Room } from './room.ts';

const maxIncidents = 2000;
const maxGateEvents = 200;
/** Incidents resolved within this time are in a snapshot, so that one closed by mistake can be reopened. */
const resolvedWithinMs = 3_600_000;

/** What pages are drawn from. */
export interface LiveReaders {
  incidents: IncidentReader;
  liveState: LiveStateReader;
  gateEvents: GateEventReader;
  commands: CommandReader;
}

/**
 * Creates a reader of snapshots. Pages that come back together, as after a restart, share one reading.
 *
 * A snapshot's sequence is taken before its parts are read, so what changes meanwhile follows as updates.
 */
export function createSnapshots(readers: LiveReaders, now: () => number): (room: Room) => Promise<Snapshot> {
  const reading = new Map<string, Promise<Snapshot>>();

  const read = async (room: Room): Promise<Snapshot> => {
    const { community, sequence } = room;
    const options = { resolvedSince: now() - resolvedWithinMs, limit: maxIncidents };
    const incidents = await readers.incidents.list(community, options);
    const commands = await readers.commands.latest(community, maxCommandsShown);
    return {
      sequence,
      now: now(),
      incidents,
      devices: readers.liveState.devices(community, 0).map(visibleDeviceState),
      gateways: readers.liveState.gateways(community),
      gateEvents: readers.gateEvents.latest(community, maxGateEvents),
      commands,
    };
  };

  return (room) => {
    const shared = reading.get(room.community);
    if (shared) return shared;
    const own = read(room).finally(() => reading.delete(room.community));
    reading.set(room.community, own);
    return own;
  };
}
