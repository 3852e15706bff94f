import type { ReadingBucket, ReadingRange } from '#contracts/telemetry-reader.ts';

/** Lengths of the buckets that readings are summarized in, in ms: 10 minutes and an hour. */
export const summaryTiers = [600_000, 3_600_000] as const;
export type SummaryTier = (typeof summaryTiers)[number];

/** Measurement that holds the summaries of a tier. */
export const summaryMeasurement: Record<SummaryTier, string> = {
  600000: 'reading_10m',
  3600000: 'reading_1h',
};

/** Most buckets summarized by one question: its answer has a row for each and every series. */
export const maxBucketsAtOnce = 24;

/**
 * Newer than this, charts read the readings themselves: a summary follows its last reading by a minute or two, and
 * what gateways held back a little longer is in it by then. In ms.
 */
export const summarizedAfterMs = 86_400_000;

/** A bucket with what it takes to join it with others. */
export interface BucketSum {
  /** Beginning, epoch ms. */
  at: number;
  total: number;
  minimum: number;
  maximum: number;
  count: number;
}

/** How a chart's range is read: readings before and after, and a tier's summaries between. */
export interface RangeParts {
  readings: ReadingRange[];
  summaries?: { tier: SummaryTier; range: ReadingRange };
}

/**
 * Chooses what a chart is read from: the longest tier that its buckets are made of, for as much of the range as
 * whole summaries cover.
 *
 * @param now Epoch ms.
 */
export function partsOfRange(range: ReadingRange, bucketMs: number, now: number): RangeParts {
  const tier = summaryTiers.findLast((one) => bucketMs % one === 0);
  if (tier === undefined) return { readings: [range] };
  const from = Math.ceil(range.from / tier) * tier;
  const to = Math.floor(Math.min(range.to, now - summarizedAfterMs) / tier) * tier;
  if (to <= from) return { readings: [range] };
  const readings = [
    { ...range, to: from },
    { ...range, from: to },
  ].filter((part) => part.from < part.to);
  return { readings, summaries: { tier, range: { ...range, from, to } } };
}

/** Joins sums into the buckets of a chart, in order of time. */
export function joinSums(sums: readonly BucketSum[], bucketMs: number): ReadingBucket[] {
  const joined = new Map<number, BucketSum>();
  for (const sum of sums) {
    const at = Math.floor(sum.at / bucketMs) * bucketMs;
    const known = joined.get(at);
    if (!known) {
      joined.set(at, { ...sum, at });
      continue;
    }
    known.total += sum.total;
    known.minimum = Math.min(known.minimum, sum.minimum);
    known.maximum = Math.max(known.maximum, sum.maximum);
    known.count += sum.count;
  }
  return [...joined.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ at, total, minimum, maximum, count }) => ({ at, mean: total / count, minimum, maximum, count }));
}
