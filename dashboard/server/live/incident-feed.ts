import type { Incident, IncidentChange, IncidentReader, TimelineEntry } from '#contracts/incident.ts';
import { createPoll } from '#eventlog/follow.ts';
import { createAlarmTrace } from '#runtime/alarm-trace.ts';
import type { Logger } from '#runtime/log.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import { createRetryQueue, isLoggedAttempt } from '#runtime/retry-queue.ts';
import type { Room } from './room.ts';

/** Changes read at once: a live alarm may stand behind so many of what a gateway held back, a millisecond each. */
const maxChanges = 50;
/** Lines of a timeline in one update; a page that misses earlier ones asks for the incident. */
const maxLines = 100;
/** Incidents whose last told line is remembered; beyond, the one longest quiet is told its lines anew. */
const maxRemembered = 10_000;

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
}): Promise<PollLoop> {
  const { reader } = options;
  const trace = createAlarmTrace(options.log);
  const lastLine = new Map<string, number>();
  let flushed = new Set<string>();
  let cursor = await reader.newestChange();

  const remember = (incident: string, line: number) => {
    lastLine.delete(incident);
    lastLine.set(incident, line);
    if (lastLine.size > maxRemembered) lastLine.delete(lastLine.keys().next().value as string);
  };

  const publish = async (id: string): Promise<void> => {
    const told = lastLine.get(id) ?? 0;
    const incident = await reader.find(id);
    if (!incident) return;
    const timeline = (await reader.timelineEnds(id, told)).slice(-maxLines);
    for (const { record } of timeline) trace('read by the dashboard', record);
    options.room(incident.community).publish({ type: 'incident', incident, timeline });
    for (const { record } of timeline) trace('sent to pages', record);
    options.onIncident(incident, timeline);
    remember(id, timeline.at(-1)?.sequence ?? told);
    flushed.add(incident.community);
  };
  const unpublished = createRetryQueue<undefined>({
    work: publish,
    merge: () => undefined,
    onFailure: (incident, error, attempt) => {
      if (isLoggedAttempt(attempt))
        options.log.error({ err: error, incident, attempt }, 'incident not readable');
    },
  });

  const poll = createPoll<IncidentChange>({
    source: { read: reader.changes, newest: reader.newestChange, positionOf: ({ change }) => change },
    load: () => cursor,
    apply: (changes) => {
      for (const { incident } of changes) unpublished.add(incident, undefined);
      cursor = changes.at(-1)?.change ?? cursor;
      return cursor;
    },
    limit: maxChanges,
    // Of an older copy: what pages show of it they ask for again.
    shortened: (_position, newest) => {
      cursor = newest;
      return newest;
    },
    log: options.log,
  });

  return startPollLoop({
    name: 'incident-feed',
    intervalMs: options.intervalMs ?? 200,
    log: options.log,
    run: async () => {
      const more = await poll.run();
      if (unpublished.size === 0) return false;
      flushed = new Set();
      await unpublished.run();
      options.onFlush(flushed);
      return more;
    },
  });
}
