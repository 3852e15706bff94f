import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#runtime/migrations.ts';
import { transaction } from '#runtime/sqlite.ts';
import { type EntryPoints, measurementOf, splitEntries } from '../split-entries.ts';
import {
  maxAnswerRows,
  type RefusedEntry,
  type StoreDefinition,
  type TelemetryStore,
} from '../telemetry-store.ts';
import { sqliteStoreMigrations } from './migrations.ts';
import { openSqliteReader } from './sqlite-reader.ts';
import { eventOf, prepareTelemetryReads, readingOf } from './sqlite-reads.ts';
import { createSqliteKeeping } from './sqlite-retention.ts';
import { createPointWriter } from './sqlite-writer.ts';

/** SQLite as the telemetry store, in store.db itself. */
export const sqliteStore: StoreDefinition<'sqlite', Record<never, never>> = {
  kind: 'sqlite',
  settings: {},
  create: ({ db, now }) => openSqliteStore(db, now),
  openReader: ({ dataDir }) => openSqliteReader(join(dataDir, 'store.db')),
};

/** Opens the telemetry store in an open store.db, bringing its tables to the newest version. */
export function openSqliteStore(db: DatabaseSync, now: () => number): TelemetryStore {
  migrate(db, 'store-telemetry', sqliteStoreMigrations);
  let writePoint = createPointWriter(db);
  const writeTogether = (some: readonly EntryPoints[]) => {
    try {
      transaction(db, () => {
        for (const { points } of some) points.forEach(writePoint);
      });
    } catch (error) {
      // It remembers series of the transaction that is rolled back.
      writePoint = createPointWriter(db);
      throw error;
    }
  };
  const writeAlone = (one: EntryPoints): RefusedEntry[] => {
    try {
      writeTogether([one]);
      return [];
    } catch (error) {
      if (!isOfEntry(error)) throw error;
      const measurement = measurementOf(one.entry);
      return [{ entry: one.entry, measurement, cause: 'unholdable', reason: (error as Error).message }];
    }
  };
  const { quantitiesOf, latest, events, eventsOfDevice } = prepareReads(db);

  return {
    write: async (entries) => {
      const { storable, refused } = splitEntries(entries);
      try {
        writeTogether(storable);
        return refused;
      } catch (error) {
        if (!isOfEntry(error)) throw error;
      }
      // One of them is to blame and is not named; each is tried by itself.
      return [...refused, ...storable.flatMap(writeAlone)];
    },
    latest: async ({ community, device }) =>
      quantitiesOf.all(device).flatMap(({ quantity }) =>
        latest.all(device, String(quantity), community).map((row) => ({
          quantity: String(quantity),
          ...readingOf(row),
        })),
      ),
    ...prepareTelemetryReads(db, now),
    events: async ({ of, limit }) => {
      const most = Math.min(limit, maxAnswerRows);
      return (of === undefined ? events.all(most) : eventsOfDevice.all(of.device, of.community, most)).map(
        eventOf,
      );
    },
    ...createSqliteKeeping(db),
    close: async () => undefined,
  };
}

/** SQLITE_TOOBIG, SQLITE_CONSTRAINT (a wrong type as well), SQLITE_MISMATCH. */
const entryErrors = [18, 19, 20];

/** True where a value is to blame, which no later try changes; a full disk or a lock is not. */
function isOfEntry(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as Error & { code?: string; errcode?: number };
  if (code === 'ERR_SQLITE_ERROR') return entryErrors.includes((errcode ?? 0) & 0xff);
  return code === 'ERR_INVALID_ARG_TYPE' || code === 'ERR_OUT_OF_RANGE';
}

function prepareReads(db: DatabaseSync) {
  return {
    // Steps from quantity to quantity by the key instead of reading all of a device's readings.
    quantitiesOf: db.prepare(
      `WITH RECURSIVE name(quantity) AS (
         SELECT min(quantity) FROM reading WHERE device = ?1
         UNION ALL
         SELECT (SELECT min(quantity) FROM reading WHERE device = ?1 AND quantity > name.quantity)
         FROM name WHERE name.quantity IS NOT NULL)
       SELECT quantity FROM name WHERE quantity IS NOT NULL`,
    ),
    latest: db.prepare(
      `SELECT at, value, unit, plausible, late FROM reading
       WHERE device = ? AND quantity = ? AND community = ? AND plausible = 1 ORDER BY at DESC, position DESC LIMIT 1`,
    ),
    events: db.prepare('SELECT * FROM event ORDER BY at DESC, position DESC LIMIT ?'),
    eventsOfDevice: db.prepare(
      'SELECT * FROM event WHERE device = ? AND community = ? ORDER BY at DESC, position DESC LIMIT ?',
    ),
  };
}
