import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#runtime/migrations.ts';
import { transaction } from '#runtime/sqlite.ts';
import { splitEntries } from '../split-entries.ts';
import { maxAnswerRows, type TelemetryStore } from '../telemetry-store.ts';
import { sqliteStoreMigrations } from './migrations.ts';
import { createSqliteKeeping } from './sqlite-keeping.ts';
import { eventOf, prepareTelemetryReads, readingOf } from './sqlite-reads.ts';
import { createPointWriter } from './sqlite-writer.ts';

/** Opens the telemetry store in an open store.db, bringing its tables to the newest version. */
export function openSqliteStore(db: DatabaseSync, now: () => number): TelemetryStore {
  migrate(db, 'store-telemetry', sqliteStoreMigrations);
  let writePoint = createPointWriter(db);
  const { quantitiesOf, latest, events, eventsOfDevice } = prepareReads(db);

  return {
    write: async (entries) => {
      const { storable, refused } = splitEntries(entries);
      try {
        transaction(db, () => {
          for (const { points } of storable) points.forEach(writePoint);
        });
      } catch (error) {
        // It remembers series of the transaction that is rolled back.
        writePoint = createPointWriter(db);
        throw error;
      }
      return refused;
    },
    latest: async (device) =>
      quantitiesOf.all(device).flatMap(({ quantity }) =>
        latest.all(device, String(quantity)).map((row) => ({
          quantity: String(quantity),
          ...readingOf(row),
        })),
      ),
    ...prepareTelemetryReads(db, now),
    events: async ({ device, limit }) => {
      const most = Math.min(limit, maxAnswerRows);
      return (device === undefined ? events.all(most) : eventsOfDevice.all(device, most)).map(eventOf);
    },
    ...createSqliteKeeping(db),
    close: async () => undefined,
  };
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
       WHERE device = ? AND quantity = ? AND plausible = 1 ORDER BY at DESC, position DESC LIMIT 1`,
    ),
    events: db.prepare('SELECT * FROM event ORDER BY at DESC, position DESC LIMIT ?'),
    eventsOfDevice: db.prepare(
      'SELECT * FROM event WHERE device = ? ORDER BY at DESC, position DESC LIMIT ?',
    ),
  };
}
