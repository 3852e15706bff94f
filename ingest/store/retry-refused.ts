import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '#runtime/log.ts';
import { type PollLoop, startPollLoop } from '#runtime/poll-loop.ts';
import { transaction } from '#runtime/sqlite.ts';
import { openRefusedEntries, type RefusedGroup } from './refused-entries.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** What retrying works with. */
export interface RetryRefusedOptions {
  store: Pick<TelemetryStore, 'write'>;
  db: DatabaseSync;
  now: () => number;
  log: Logger;
  /** Told how many are still refused, after each round. */
  onCount: (refused: number) => void;
  /** True where a person wants them let go; asked each time. */
  isDropAsked?: () => boolean;
  retryEveryMs: number;
  intervalMs?: number;
}

/** How often it is looked whether something is to be done, in ms. */
const everyMs = 5000;
/** Entries written at once. */
const pageEntries = 500;

/**
 * Writes what the store refused again, with the start and once in `retryEveryMs`. Of each cause and measurement a page is tried first: where all of
 * it is refused again, the rest of that group waits for the next round.
 */
export function startRetryRefused(options: RetryRefusedOptions): Pick<PollLoop, 'close'> {
  const { store, db, now, log } = options;
  const refusedEntries = openRefusedEntries(db);
  let triedAt = Number.NEGATIVE_INFINITY;

  const retryGroup = async (group: RefusedGroup) => {
    let written = 0;
    for (let after = -1; ; ) {
      const entries = refusedEntries.entriesOf(group, after, pageEntries);
      const last = entries.at(-1);
      if (!last) break;
      const refused = await store.write(entries);
      transaction(db, () => refusedEntries.settle(entries, refused, now()));
      written += entries.length - refused.length;
      if (refused.length === entries.length) break;
      after = last.position;
    }
    if (written > 0) log.info({ ...group, written }, 'refused entries are stored now');
  };
  const run = async () => {
    if (options.isDropAsked?.()) {
      const dropped = transaction(db, refusedEntries.drop);
      log.warn({ dropped }, 'refused entries let go, as asked');
      options.onCount(0);
    }
    if (now() - triedAt < options.retryEveryMs) return false;
    for (const group of refusedEntries.groups()) await retryGroup(group);
    triedAt = now();
    options.onCount(refusedEntries.count());
    return false;
  };
  return startPollLoop({ name: 'refused entries', intervalMs: options.intervalMs ?? everyMs, log, run });
}
