import type { Incident, IncidentReader, TimelineEntry } from '#contracts/incident.ts';
import type { LiveUpdate, Snapshot } from '#contracts/socket-events.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { createRetryQueue, isLoggedAttempt } from '#runtime/retry-queue.ts';
import type { Viewer } from '../identity/rights.ts';
import { incidentFor, timelineFor } from '../incidents/incident-view.ts';
import { createRoom, firstSequence, type PageRoom, type Room, seesCommunity } from './room.ts';

/** A relative's page is told of new readings of an elder no more often than this, in ms. */
export const readingsPaceMs = 5000;
const pollMs = 200;

/**
 * Rooms of those who do not see their whole community, one a person: a responder's holds the incidents brought
 * to them, a relative's says that something of their elder changed. Nothing else is ever put into one.
 */
export interface OwnRooms {
  of(viewer: Viewer): PageRoom;
  /** An incident changed; told after the community's own room, which waits for nobody. */
  incidentChanged(incident: Incident, lines: TimelineEntry[]): void;
  /** Devices gave a sign of life or a reading. */
  devicesChanged(community: string, devices: readonly string[]): void;
  /** Forgets the rooms of people with no page. */
  sweep(): void;
  close(): Promise<void>;
}

/** What the rooms stand on. */
export interface OwnRoomOptions {
  reader: Pick<IncidentReader, 'openFor' | 'reachedBy'>;
  registry: () => Registry;
  /** Viewers with a page open now; one of several pages several times. */
  viewers: () => Viewer[];
  send: (room: string, update: LiveUpdate) => void;
  log: Logger;
  now: () => number;
}

interface OwnRoom {
  room: Room;
  /** Incidents that stand on the person's pages. */
  shown: Set<string>;
}

/** Creates the rooms. */
export function createOwnRooms(options: OwnRoomOptions): OwnRooms {
  const { reader, registry, now } = options;
  const rooms = new Map<string, OwnRoom>();
  const readings = createReadingsPace(now);

  const open = ({ person, community }: Viewer): OwnRoom => {
    const name = nameOf({ community, person });
    const known = rooms.get(name);
    if (known) return known;
    const room = createRoom({
      community,
      // Above all that an earlier room of this person reached, so that its pages are given a snapshot.
      firstSequence: firstSequence(now()),
      now,
      send: (update) => options.send(name, update),
    });
    const own = { room, shown: new Set<string>() };
    rooms.set(name, own);
    return own;
  };
  const present = () => {
    const people = new Map(options.viewers().map((viewer) => [nameOf(viewer), viewer]));
    return [...people.values()].filter((viewer) => !seesCommunity(viewer));
  };

  const sendUpdates = async (incident: Incident, lines: TimelineEntry[]): Promise<void> => {
    const { id, community, state, place } = incident;
    const here = present().filter((viewer) => viewer.community === community);
    if (here.length === 0) return;
    const reached = await reader.reachedBy(id);
    for (const viewer of here) {
      const { room, shown } = open(viewer);
      if (viewer.rights.may('see', 'Incident', { community, isOpen: state !== 'resolved', reached })) {
        shown.add(id);
        const timeline = timelineFor(viewer, incident, lines);
        room.publish({ type: 'incident', incident: incidentFor(viewer, incident), timeline });
      } else if (shown.delete(id)) {
        room.publish({ type: 'incident-removed', incident: id });
      }
      for (const { resident } of viewer.elders) {
        const isTheirs = registry().of(community)?.residents.get(resident)?.dwelling === place.dwelling;
        if (isTheirs && viewer.rights.may('see', 'Elder', { resident, class: 'alarms' })) {
          room.publish({ type: 'elder', resident });
        }
      }
    }
  };

  const unsent = createRetryQueue<{ incident: Incident; lines: TimelineEntry[] }>({
    work: (_id, { incident, lines }) => sendUpdates(incident, lines),
    merge: (before, after) => ({ incident: after.incident, lines: [...before.lines, ...after.lines] }),
    onFailure: (incident, error, attempt) => {
      if (isLoggedAttempt(attempt))
        options.log.error({ err: error, incident, attempt }, 'incident not sent to own rooms');
    },
  });
  const loop = startPollLoop({
    name: 'own-rooms',
    intervalMs: pollMs,
    log: options.log,
    run: async () => {
      await unsent.run();
      const due = readings.due();
      for (const viewer of due.size > 0 ? present() : []) {
        const isSeen = ({ resident }: { resident: string }) =>
          due.has(elderKey(viewer.community, resident)) &&
          viewer.rights.may('see', 'Elder', { resident, class: 'any' });
        for (const { resident } of viewer.elders.filter(isSeen)) {
          open(viewer).room.publish({ type: 'elder', resident });
        }
      }
      readings.markSent(due);
      return false;
    },
  });

  return {
    of: (viewer) => {
      const own = open(viewer);
      return {
        name: nameOf(viewer),
        room: own.room,
        snapshot: () => snapshotOf(viewer, own, reader, now),
      };
    },
    incidentChanged: (incident, lines) => {
      unsent.add(incident.id, { incident, lines });
      loop.wake();
    },
    devicesChanged: (community, devices) => {
      for (const id of devices) {
        const resident = registry().of(community)?.devices.get(id)?.resident;
        if (resident) readings.add(elderKey(community, resident));
      }
    },
    sweep: () => {
      const here = new Set(options.viewers().map(nameOf));
      for (const name of rooms.keys()) if (!here.has(name)) rooms.delete(name);
    },
    close: loop.close,
  };
}

const nameOf = ({ community, person }: Pick<Viewer, 'community' | 'person'>) => `own:${community}/${person}`;
const elderKey = (community: string, resident: string) => `${community}/${resident}`;

async function snapshotOf(
  viewer: Viewer,
  { room, shown }: OwnRoom,
  reader: OwnRoomOptions['reader'],
  now: () => number,
): Promise<Snapshot> {
  const { sequence } = room;
  const isResponder = viewer.roles.includes('responder');
  const incidents = isResponder ? await reader.openFor(viewer.community, viewer.person) : [];
  for (const { id } of incidents) shown.add(id);
  return {
    sequence,
    now: now(),
    incidents: incidents.map((incident) => incidentFor(viewer, incident)),
    devices: [],
    gateways: [],
    gateEvents: [],
    commands: [],
  };
}

/** Elders with something new, each due at most every `readingsPaceMs`. */
function createReadingsPace(now: () => number) {
  const changed = new Set<string>();
  const sentAt = new Map<string, number>();
  return {
    add: (resident: string) => changed.add(resident),
    due: (): Set<string> =>
      new Set(
        [...changed].filter((one) => now() - (sentAt.get(one) ?? Number.NEGATIVE_INFINITY) >= readingsPaceMs),
      ),
    markSent: (residents: ReadonlySet<string>) => {
      for (const resident of residents) {
        changed.delete(resident);
        sentAt.set(resident, now());
      }
    },
  };
}
