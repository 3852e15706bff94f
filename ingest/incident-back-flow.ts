import { cursorNames } from '#contracts/facts/logs.ts';
import { type IncidentChange, toIncidentChange } from '#contracts/incident.ts';
import type { IncidentEntry } from '#contracts/journal-entry.ts';
import type { LogReader } from '#eventlog/event-log.ts';
import { type Follower, follow } from '#eventlog/follow.ts';
import { openCursors } from '#eventlog/sqlite/cursors.ts';
import type { Logger } from '#runtime/log.ts';
import type { Journal } from './journal/journal.ts';

const batch = 500;

/**
 * Journals every change of an incident once, so that charts and the warning engine see what people did
 * in journal order. The cursor moves in the journal's own transaction.
 *
 * @param open Answers with undefined while there is no incident log yet; asked again at every look.
 */
export function startIncidentBackFlow(options: {
  journal: Journal;
  open: () => Promise<LogReader | undefined>;
  intervalMs: number;
  onCommitted: (position: number) => void;
  log: Logger;
}): Follower {
  const { journal, log } = options;
  const cursors = openCursors(journal.db);
  let incidents: LogReader | undefined;
  const opened = async () => (incidents ??= await options.open());

  return follow<IncidentChange>({
    name: 'incident back-flow',
    source: {
      read: async (position, limit) =>
        ((await (await opened())?.read(position, limit)) ?? []).map(toIncidentChange),
      // Of a log that is not there yet nothing is known, nor that it is shorter than before.
      newest: async () => (await (await opened())?.newest()) ?? Number.MAX_SAFE_INTEGER,
      positionOf: ({ change }) => change,
    },
    load: () => cursors.get(cursorNames.incidents),
    apply: (changes) => {
      const last = (changes.at(-1) as IncidentChange).change;
      journal.commit((append) => {
        for (const change of changes) append(incidentEntryOf(change));
        cursors.set(cursorNames.incidents, last);
      });
      options.onCommitted(journal.newest);
      return last;
    },
    limit: batch,
    intervalMs: options.intervalMs,
    shortened: () => 0,
    log,
  });
}

/** A change of an incident as the journal keeps it. */
export function incidentEntryOf(change: IncidentChange): IncidentEntry {
  const { community, incident, transition, warnings, actor, outcome, kind, level, drill } = change;
  const { building, responseMs } = change;
  return {
    class: 'incident',
    community,
    incident,
    change: change.change,
    transition,
    warnings,
    ...(actor !== undefined && { actor }),
    ...(outcome !== undefined && { outcome }),
    kind,
    level,
    drill,
    ...(building !== undefined && { building }),
    ...(responseMs !== undefined && { responseMs }),
  };
}
