import type { Kysely, Transaction } from 'kysely';
import type { LogWriter } from '#eventlog/event-log.ts';
import type { Registry } from '#registry/registry.ts';
import { type ChangedIncident, type NewEntries, writeEntries } from './new-entries.ts';
import type { DispatchTables, IncidentTables } from './tables.ts';
import { createWriteQueue, type Writer } from './write-queue.ts';

/** One transaction on `incidents.db`: everything that changes incidents is handed this. */
export interface IncidentTransaction {
  trx: Transaction<DispatchTables>;
  /** The incident log, written on the transaction's connection. */
  log: LogWriter;
  /** Platform time of the whole transaction, epoch ms. */
  now: number;
  registry: Registry;
  /** By incident id; filled by the timeline. */
  changed: Map<string, ChangedIncident>;
  /** Written by `saveIncident`, and what is left before the commit. */
  newEntries: NewEntries;
  /** Set where messages were written that a channel is to send at once. */
  hasMessages: boolean;
}

/** What a committed transaction has to notify. */
export interface Committed {
  changed: ChangedIncident[];
  hasMessages: boolean;
}

/** The one writer of `incidents.db`. */
export interface IncidentDatabase {
  /** For reading outside a transaction; waits for the one in hand. */
  readonly db: Kysely<DispatchTables>;
  /**
   * Runs `work` in a transaction that holds the write lock; nothing in it may wait for a network.
   *
   * @param writer Whose turn it is; what follows from alarms and actions unless given.
   */
  write<T>(work: (transaction: IncidentTransaction) => Promise<T>, writer?: Writer): Promise<T>;
}

/**
 * Creates the writer.
 *
 * @param onCommitted Called after every commit; must not throw.
 */
export function createIncidentDatabase(options: {
  tables: IncidentTables;
  registry: () => Registry;
  now: () => number;
  onCommitted: (committed: Committed) => void;
}): IncidentDatabase {
  const { registry, now, onCommitted } = options;
  const { db, log } = options.tables;
  const turns = createWriteQueue();
  return {
    db,
    write: async (work, writer = 'follow-up') => {
      const changed = new Map<string, ChangedIncident>();
      const { result, hasMessages } = await turns.take(writer, () =>
        db.transaction().execute(async (trx) => {
          const transaction: IncidentTransaction = {
            trx,
            log,
            now: now(),
            registry: registry(),
            changed,
            newEntries: { timeline: [], changes: [] },
            hasMessages: false,
          };
          const result = await work(transaction);
          for (const one of await writeEntries({ db: trx, log }, transaction.newEntries))
            changed.set(one.incident, one);
          return { result, hasMessages: transaction.hasMessages };
        }),
      );
      if (changed.size > 0 || hasMessages) onCommitted({ changed: [...changed.values()], hasMessages });
      return result;
    },
  };
}
