import type { DatabaseSync } from 'node:sqlite';
import type { ReadingBucket, ReadingRange } from '#contracts/telemetry-reader.ts';
import { maxAnswerRows } from '../telemetry-store.ts';

/** Prepares the reading of buckets from an open store.db, whose tables must be there. */
export function prepareBuckets(db: DatabaseSync): (range: ReadingRange, bucketMs: number) => ReadingBucket[] {
  const buckets = db.prepare(
    `SELECT floor(at / ?) * ? AS at, avg(value) AS mean, min(value) AS minimum, max(value) AS maximum,
       count(*) AS count
     FROM reading WHERE device = ? AND quantity = ? AND at >= ? AND at < ? AND plausible = 1
     GROUP BY 1 ORDER BY 1 LIMIT ${maxAnswerRows}`,
  );
  return ({ device, quantity, from, to }, bucketMs) =>
    buckets.all(bucketMs, bucketMs, device, quantity, from, to).map((row) => ({
      at: Number(row.at),
      mean: Number(row.mean),
      minimum: Number(row.minimum),
      maximum: Number(row.maximum),
      count: Number(row.count),
    }));
}
