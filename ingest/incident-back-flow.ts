import type { IncidentChange, IncidentReader } from '#contracts/incident.ts';
import type { IncidentEntry } from '#contracts/journal-entry.ts';
import type { Logger } from '#runtime/log.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import { openCursors } from './journal/cursors.ts';
import type { Journal } from './journal/journal.ts';

/** The part of the incident log's reader that ingest needs. */
export type IncidentLog = Pick<IncidentReader, 'changes' | 'newestChange'>;

const cursorName = 'incident-log';
const batch = 500;

/**
 * Journals every change of an incident once, so that charts and the warning engine see what people did
 * in journal order. The cursor moves in the journal's own transaction.
 *
 * @param open Answers with undefined while there is no incident log yet; asked again at every look.
 */
export function startIncidentBackFlow(options: {
  journal: Journal;
  open: () => Promise<IncidentLog | undefined>;
  intervalMs: number;
  onCommitted: (position: number) => void;
  log: Logger;
}): PollLoop {
  const { journal, log } = options;
  const cursors = openCursors(journal.db);
  let incidents: IncidentLog | undefined;

  const run = async () => {
    incidents ??= await options.open();
    if (!incidents) return false;
    let after = cursors.get(cursorName);
    if (after > (await incidents.newestChange())) {
      log.error({ cursor: after }, 'the incident log is shorter than what was read of it; reading it anew');
      after = 0;
    }
    const changes = await incidents.changes(after, batch);
    const last = changes.at(-1);
    if (!last) return false;
    journal.commit((append) => {
      for (const change of changes) append(incidentEntryOf(change));
      cursors.set(cursorName, last.change);
    });
    options.onCommitted(journal.newest);
    return changes.length === batch;
  };
  return startPollLoop({ name: 'incident back-flow', intervalMs: options.intervalMs, log, run });
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
