/** Readings of one bucket; `at` is its beginning, epoch ms, a multiple of its length. */
export interface ReadingBucket {
  at: number;
  mean: number;
  minimum: number;
  maximum: number;
  count: number;
}

/** A span of readings of one quantity of one device: `from` ≤ at < `to`, epoch ms. */
export interface ReadingRange {
  device: string;
  quantity: string;
  from: number;
  to: number;
}

/** What pages read of the telemetry store; it may be slow or away, and then only charts and sentences wait. */
export interface TelemetryReader {
  /** Plausible readings per bucket of `bucketMs` (≥ 1); empty buckets are left out. */
  buckets(range: ReadingRange, bucketMs: number): Promise<ReadingBucket[]>;
}
