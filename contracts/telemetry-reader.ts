/** Readings of one bucket; `at` is its beginning, epoch ms, a multiple of its length. */
export interface ReadingBucket {
  at: number;
  mean: number;
  minimum: number;
  maximum: number;
  count: number;
}

/** A span of readings of one quantity of one device of a community: `from` ≤ at < `to`, epoch ms. */
export interface ReadingRange {
  community: string;
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
  /** Journal position, which distinguishes events of one millisecond. */
  position: number;
  community: string;
  device: string;
  kind: string;
  active: boolean;
  late: boolean;
  /** May be the event before it sent again. */
  possibleRepeat?: true;
  /** Another gateway than the device's own said it; it is in no count. */
  saidByOther?: true;
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

/** What can be counted, each with its groupings: an event has no building. */
export const countGroups = {
  /** As they open; drills are left out. */
  incidents: ['building', 'kind', 'level'],
  /** As they begin. */
  events: ['kind', 'level'],
} as const;
export type CountSubject = keyof typeof countGroups;
export type CountGroup = (typeof countGroups)[CountSubject][number];

/** Most counts that one question is answered with: the highest. */
export const maxCounts = 1000;

/** Counts of one community: `from` ≤ at < `to`, epoch ms; `only` of what bears these names. */
export type CountRange = {
  [Of in CountSubject]: {
    of: Of;
    by: (typeof countGroups)[Of][number];
    only?: { [Group in (typeof countGroups)[Of][number]]?: string };
    community: string;
    from: number;
    to: number;
  };
}[CountSubject];

/** How many bear one name; without a name those that bear none. */
export interface Count {
  name?: string;
  count: number;
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
  /** Counts by building, kind or level, the highest first, equal ones by name, at most `maxCounts`. */
  counts(range: CountRange): Promise<Count[]>;
}
