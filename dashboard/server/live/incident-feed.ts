import type { Incident, IncidentReader, TimelineEntry } from '#contracts/incident.ts';
import type { Logger } from '#runtime/log.ts';
import { startWokenLoop, type WokenLoop } from '#runtime/woken-loop.ts';
import type { Room } from './room.ts';

/** Changes read at once: a live alarm may stand behind so many of what a gateway held back, a millisecond each. */
const maxChanges = 50;
/** Lines of a timeline in one update; a page that misses earlier ones asks for the incident. */
const maxLines = 100;
/** Incidents whose last told line is remembered; beyond, the one longest quiet is told its lines anew. */
const maxRemembered = 10_000;
/** Runs in which an incident that cannot be read is tried again; the others go on meanwhile. */
const maxAttempts = 25;

/**
 * Follows the incident log into the rooms: woken by notices and polling. Each incident that changed is sent
 * once a flush, in its newest state, with the lines of its timeline that are new.
 *
 * @param onFlush Told the communities whose incidents changed, e.g. to offer notifications.
 */
export async function startIncidentFeed(options: {
  reader: IncidentReader;
  room: (community: string) => Room;
  /** Told each change after its community's room. */
  onIncident: (incident: Incident, lines: TimelineEntry[]) => void;
  onFlush: (communities: Set<string>) => void;
  log: Logger;
  intervalMs?: number;
}): Promise<WokenLoop> {
  const { reader } = options;
  const lastLine = new Map<string, number>();
  const attempts = new Map<string, number>();
  let cursor = await reader.newestChange();

  const remember = (incident: string, line: number) => {
    lastLine.delete(incident);
    lastLine.set(incident, line);
    if (lastLine.size > maxRemembered) lastLine.delete(lastLine.keys().next().value as string);
  };

  const publish = async (id: string): Promise<string | undefined> => {
    const told = lastLine.get(id) ?? 0;
    const incident = await reader.find(id);
    if (!incident) return undefined;
    const timeline = (await reader.timelineEnds(id, told)).slice(-maxLines);
    options.room(incident.community).publish({ type: 'incident', incident, timeline });
    options.onIncident(incident, timeline);
    remember(id, timeline.at(-1)?.sequence ?? told);
    return incident.community;
  };

  const publishOrKeep = async (id: string): Promise<string | undefined> => {
    try {
      const community = await publish(id);
      attempts.delete(id);
      return community;
    } catch (error) {
      const attempt = (attempts.get(id) ?? 0) + 1;
      if (attempt < maxAttempts) attempts.set(id, attempt);
      else attempts.delete(id);
      options.log.error({ err: error, incident: id, attempt, maxAttempts }, 'incident not readable');
      return undefined;
    }
  };

  return startWokenLoop({
    name: 'incident-feed',
    intervalMs: options.intervalMs ?? 200,
    log: options.log,
    run: async () => {
      const changes = await reader.changes(cursor, maxChanges);
      const ids = new Set([...attempts.keys(), ...changes.map(({ incident }) => incident)]);
      if (ids.size === 0) return false;
      const communities = new Set<string>();
      for (const id of ids) {
        const community = await publishOrKeep(id);
        if (community !== undefined) communities.add(community);
      }
      cursor = changes.at(-1)?.change ?? cursor;
      options.onFlush(communities);
      return changes.length === maxChanges;
    },
  });
}
