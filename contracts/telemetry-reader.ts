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

/** A reading as charts and interfaces see it. */
export interface Reading {
  /** Gateway time, corrected, epoch ms. */
  at: number;
  value: number;
  unit: string;
  /** False where no sensor can mean it; such a value is never `latest` and in no bucket. */
  plausible: boolean;
  late: boolean;
}

/** An event as lists see it; nothing of whose credential it was, nor of the device's own words. */
export interface StoredEvent {
  at: number;
  /** Journal position, which tells events of one millisecond apart. */
  position: number;
  community: string;
  device: string;
  kind: string;
  active: boolean;
  late: boolean;
  level?: string;
  code?: string;
  means?: string;
}

/** Events of one community: `from` ≤ at < `to`, epoch ms; of some kinds alone where they are given. */
export interface EventRange {
  community: string;
  kinds?: readonly string[];
  from: number;
  to: number;
}

/** What pages read of the telemetry store; it may be slow or away, and then only charts and sentences wait. */
export interface TelemetryReader {
  /** Readings in order of time, plausible or not, at most `limit` and never more than 10,000. */
  readings(range: ReadingRange, limit?: number): Promise<Reading[]>;
  /** Events in order of time and position, those after `after` where given, at most `limit` and 10,000. */
  eventsBetween(
    range: EventRange,
    limit: number,
    after?: Pick<StoredEvent, 'at' | 'position'>,
  ): Promise<StoredEvent[]>;
  /** Plausible readings per bucket of `bucketMs` (≥ 1); empty buckets are left out. */
  buckets(range: ReadingRange, bucketMs: number): Promise<ReadingBucket[]>;
}
