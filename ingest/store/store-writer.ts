import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { cursorNames } from '#contracts/facts/logs.ts';
import type { JournalEntry, JournalReader } from '#contracts/journal-entry.ts';
import type { OngoingTrouble } from '#contracts/store-trouble.ts';
import { type Follower, follow } from '#eventlog/follow.ts';
import { openCursors } from '#eventlog/sqlite/cursors.ts';
import type { Logger } from '#runtime/log.ts';
import { transaction } from '#runtime/sqlite.ts';
import type { DueSummaries } from './due-summaries.ts';
import { openRefusedEntries } from './refused-entries.ts';
import type { ReplayRequest } from './replay-request.ts';
import { troubleOf } from './store-errors.ts';
import { openStoreTroubleNote } from './store-trouble-note.ts';
import type { RefusedEntry, TelemetryStore } from './telemetry-store.ts';

/** How far the store is; `failing` while its last write failed. */
export interface StoreProgress {
  position: number;
  newest: number;
  /** Entries refused and not written since. */
  refused: number;
  failing: boolean;
  /** What is in its way while it fails. */
  trouble?: OngoingTrouble;
}

/** What a store writer works with, and its limits. */
export interface StoreWriterOptions {
  journal: JournalReader;
  store: TelemetryStore;
  /** Looks for a request to write again from a time on. */
  findReplay?: () => ReplayRequest | undefined;
  /** Position before a time; see `OpenedJournalReader`. */
  positionBefore?: (time: number) => Promise<number>;
  /** store.db, for the cursor and what the engine refuses. */
  db: DatabaseSync;
  /** Told which buckets changed, with the cursor. */
  due: Pick<DueSummaries, 'mark'>;
  batchEntries: number;
  retryMinMs: number;
  retryMaxMs: number;
  pollMs?: number;
  now: () => number;
  log: Logger;
  onProgress?: (progress: StoreProgress) => void;
}

const pollMs = 200;

/**
 * Writes the journal into the telemetry store, in order, from its cursor on. While the store is down it
 * tries again for ever: the entries stay in the journal. A batch written twice changes nothing, so the
 * cursor may follow the write.
 */
export function startStoreWriter(options: StoreWriterOptions): Pick<Follower, 'wake' | 'close'> {
  const { journal, store, db, log } = options;
  const cursors = openCursors(db);
  const refusedEntries = openRefusedEntries(db);
  const standing = openStoreTroubleNote(db);
  const stopped = new AbortController();
  let retryMs = options.retryMinMs;
  let position = 0;

  const report = async (trouble?: OngoingTrouble) =>
    options.onProgress?.({
      position,
      newest: await journal.newest(),
      refused: refusedEntries.count(),
      failing: trouble !== undefined,
      ...(trouble && { trouble }),
    });
  const replayIfAsked = async (): Promise<number | undefined> => {
    const request = options.findReplay?.();
    if (!request) return undefined;
    let from: number | undefined;
    if (Number.isNaN(request.from)) {
      log.error('the request to write the journal again names no time; nothing is written again');
    } else {
      from = Math.min(cursors.get(cursorNames.journal), (await options.positionBefore?.(request.from)) ?? 0);
      const first = (await journal.read(from, 1))[0]?.position ?? Number.MAX_SAFE_INTEGER;
      const cursor = from;
      transaction(db, () => {
        cursors.set(cursorNames.journal, cursor);
        refusedEntries.startOver(first);
      });
      log.info({ from: new Date(request.from).toISOString(), position: from }, 'writing the journal again');
    }
    request.done();
    return from;
  };
  const apply = async (entries: JournalEntry[]): Promise<number> => {
    const refused = await store.write(entries);
    const last = (entries.at(-1) as JournalEntry).position;
    transaction(db, () => {
      refusedEntries.settle(entries, refused, options.now());
      options.due.mark(entries, options.now());
      cursors.set(cursorNames.journal, last);
    });
    logRefused(refused, log);
    return last;
  };
  const note = (trouble: OngoingTrouble) => {
    try {
      standing.trouble(trouble, options.now());
    } catch (error) {
      log.warn({ err: error }, 'what is in the way of the store could not be noted');
    }
  };
  const follower = follow<JournalEntry>({
    name: 'store writer',
    source: { ...journal, positionOf: (entry) => entry.position },
    load: () => cursors.get(cursorNames.journal),
    seek: replayIfAsked,
    apply,
    limit: options.batchEntries,
    intervalMs: options.pollMs ?? pollMs,
    // What is written twice changes nothing.
    shortened: () => 0,
    onProgress: async (progress) => {
      position = progress.position;
      retryMs = options.retryMinMs;
      standing.none();
      await report();
    },
    failed: async (error) => {
      const trouble = troubleOf(error);
      log.warn({ err: error, trouble, retryMs, position }, 'store not writable');
      note(trouble);
      await report(trouble);
      await wait(retryMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, options.retryMaxMs);
    },
    log,
  });
  return {
    wake: follower.wake,
    close: () => {
      stopped.abort();
      return follower.close();
    },
  };
}

/** A line for each cause and measurement: a foreign table refuses thousands in a second. */
function logRefused(refused: readonly RefusedEntry[], log: Logger): void {
  const groups = Map.groupBy(refused, ({ cause, measurement }) => `${cause} ${measurement}`);
  for (const [first, ...more] of groups.values()) {
    if (!first) continue;
    const { cause, measurement, reason, entry } = first;
    log.error(
      { cause, measurement, entries: 1 + more.length, position: entry.position, reason },
      'entries refused',
    );
  }
}
