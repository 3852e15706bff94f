import type { DatabaseSync } from 'node:sqlite';
import type { ReadingBucket, ReadingRange } from '#contracts/telemetry-reader.ts';
import { type BucketSum, joinSums, partsOfRange, type SummaryTier } from '../summary-tiers.ts';
import { maxAnswerRows } from '../telemetry-store.ts';

/**
 * Prepares the reading of buckets from an open store.db, whose tables must be there.
 *
 * @param now Epoch ms.
 */
export function prepareBuckets(
  db: DatabaseSync,
  now: () => number,
): (range: ReadingRange, bucketMs: number) => ReadingBucket[] {
  const ofReadings = db.prepare(
    `SELECT floor(at / ?) * ? AS at, sum(value) AS total, min(value) AS minimum, max(value) AS maximum,
       count(*) AS count
     FROM reading WHERE device = ? AND quantity = ? AND at >= ? AND at < ? AND community = ? AND plausible = 1
     GROUP BY 1 ORDER BY 1 LIMIT ${maxAnswerRows}`,
  );
  const ofSummaries = db.prepare(
    `SELECT floor(at / ?) * ? AS at, sum(total) AS total, min(minimum) AS minimum, max(maximum) AS maximum,
       sum(count) AS count
     FROM summary WHERE community = ? AND device = ? AND quantity = ? AND tier = ? AND at >= ? AND at < ?
     GROUP BY 1 ORDER BY 1 LIMIT ${maxAnswerRows}`,
  );
  const sumReadings = ({ community, device, quantity, from, to }: ReadingRange, bucketMs: number) =>
    ofReadings.all(bucketMs, bucketMs, device, quantity, from, to, community).map(sumOf);
  const sumSummaries = (
    { tier, range }: { tier: SummaryTier; range: ReadingRange },
    bucketMs: number,
  ): BucketSum[] => {
    const { community, device, quantity, from, to } = range;
    return ofSummaries.all(bucketMs, bucketMs, community, device, quantity, tier, from, to).map(sumOf);
  };
  return (range, bucketMs) => {
    const { readings, summaries } = partsOfRange(range, bucketMs, now());
    const sums = readings.flatMap((part) => sumReadings(part, bucketMs));
    if (summaries) sums.push(...sumSummaries(summaries, bucketMs));
    return joinSums(sums, bucketMs).slice(0, maxAnswerRows);
  };
}

function sumOf(row: Record<string, unknown>): BucketSum {
  return {
    at: Number(row.at),
    total: Number(row.total),
    minimum: Number(row.minimum),
    maximum: Number(row.maximum),
    count: Number(row.count),
  };
}
