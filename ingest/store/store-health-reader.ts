import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { RefusalCount, StoreHealthReader } from '#contracts/store-health.ts';
import { ongoingTroubles, refusalCauses } from '#contracts/store-trouble.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { summaryMeasurement, summaryTiers } from './summary-tiers.ts';

const summaryName = summaryTiers.map((tier) => `WHEN ${tier} THEN '${summaryMeasurement[tier]}'`).join(' ');

/** Every refused entry, those kept and those that are only counted; and summaries, which are of all communities. */
const refusals = `SELECT cause, measurement, sum(entries) AS entries FROM (
    SELECT cause, measurement, coalesce(entry ->> '$.community', '') AS community, 1 AS entries FROM refused
    UNION ALL SELECT cause, measurement, community, entries FROM refused_beyond
    UNION ALL SELECT cause, CASE tier ${summaryName} END, '', 1 FROM due_summary WHERE refusals > 0
  ) WHERE ?1 IS NULL OR community IN (?1, '') GROUP BY cause, measurement
  ORDER BY entries DESC, cause, measurement LIMIT ?2`;

/**
 * Opens store.db for what the store does not take; the file is opened with the first question that finds it, since
 * its writer may start later.
 */
export function openStoreHealthReader(file: string): StoreHealthReader & { close(): void } {
  let db: DatabaseSync | undefined;
  const find = () => {
    if (!db && !existsSync(file)) return undefined;
    db ??= openSqlite(file, { readOnly: true });
    // The writer makes its tables after the file.
    const made = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'standing'").get();
    return made && db;
  };
  return {
    refused: (community, limit) =>
      (
        find()
          ?.prepare(refusals)
          .all(community ?? null, limit) ?? []
      ).map(countOf),
    trouble: () => {
      const row = find()?.prepare('SELECT trouble, since FROM standing').get();
      return row && { name: nameIn(ongoingTroubles, row.trouble, 'failing'), since: Number(row.since) };
    },
    close: () => db?.close(),
  };
}

function countOf({ cause, measurement, entries }: Record<string, unknown>): RefusalCount {
  return {
    cause: nameIn(refusalCauses, cause, 'other'),
    measurement: String(measurement),
    entries: Number(entries),
  };
}

/** A name as we know it; a newer ingest may have others. */
function nameIn<Names extends object>(names: Names, given: unknown, otherwise: keyof Names): keyof Names {
  return Object.hasOwn(names, String(given)) ? (String(given) as keyof Names) : otherwise;
}
