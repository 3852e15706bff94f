import type { Lane } from './facts/event-kinds.ts';
import type { GatewayCounts } from './gateway-counters.ts';
import type { ForeignCall, Held } from './gateway-messages.ts';
import type { MetricProcess, MetricValue } from './metrics.ts';
import type { Clock } from './record.ts';
import type { Body } from './record-body.ts';

/** Identity of a record: (gateway, epoch, lane, sequence), with the community the gateway is of. */
export interface RecordIdentity {
  community: string;
  gateway: string;
  epoch: string;
  lane: Lane;
  sequence: number;
}

/** Writes a record's identity as one text, for unique keys. */
export function identityOf(record: RecordIdentity): string {
  return `${record.community}/${record.gateway}/${record.epoch}/${record.lane}/${record.sequence}`;
}

/** A record of a gateway as the journal keeps it; times in epoch ms. */
export interface RecordEntry extends RecordIdentity {
  class: 'record';
  /** Device id of the registry; `unreadable-alarm` events of unknown devices carry `unknown`. */
  device: string;
  /** The epoch it came with, where another alarm has that identity: this one is stored under an epoch of its own. */
  saidEpoch?: string;
  /** The address the device gave, with its component part. */
  address: string;
  origin?: string;
  observedAt?: number;
  /** Gateway time, corrected; orders what is "latest". */
  capturedAt: number;
  /** The gateway's value, where it did not know the time and `capturedAt` is computed from `heldMs`. */
  saidCapturedAt?: number;
  heldMs?: number;
  historical?: true;
  /** Only its time distinguishes it from the previous alarm: it may be that alarm sent again (DESIGN.md, promise 3). */
  possibleRepeat?: true;
  /** The registry's device is another gateway's than the one that sent this (DESIGN.md, section 3). */
  saidByOther?: true;
  clock: Clock;
  /** Held too long, historical, or of unknown age: not to be taken for the present. */
  late: boolean;
  body: Body;
  /** Fields of an alarm's envelope that this release does not know, as they came. */
  extra?: Record<string, unknown>;
}

/** A gateway's birth, heartbeat or death. A death is journalled only for the session it belongs to. */
export interface GatewayEntry {
  class: 'gateway';
  community: string;
  gateway: string;
  status: 'birth' | 'heartbeat' | 'death';
  session: string;
  /** The epoch of the agent, where it sends it. */
  epoch?: string;
  heartbeatIntervalMs?: number;
  held?: Held[];
  clock?: Clock;
  counters?: GatewayCounts;
  foreign?: ForeignCall[];
}

/** Written once a second: by these alone time passes for the warning engine. */
export interface TickEntry {
  class: 'tick';
  /** False while ingest had no connection to the broker: that time counts for no absence. */
  listening: boolean;
}

/** What dispatch did to an incident, journalled back from its incident log. */
export interface IncidentEntry {
  class: 'incident';
  community: string;
  incident: string;
  /** Sequence of the incident log; each is journalled once. */
  change: number;
  transition: string;
  /** Warnings of the incident that the transition concerns. */
  warnings: string[];
  actor?: string;
  outcome?: string;
  kind: string;
  level: string;
  drill: boolean;
  building?: string;
  /**
   * How long people took, in ms: from the present attention to `acknowledged`, from opening to the first `accepted`
   * and the first `on-scene`; absent in every other change.
   */
  responseMs?: number;
}

/**
 * Telemetry of a stream that the journal had no room to keep until the store had taken it (DESIGN.md, promise 4).
 * Warnings had read it.
 */
export interface SkippedEntry {
  class: 'skipped';
  community: string;
  gateway: string;
  epoch: string;
  /** Lowest and highest sequence among them. */
  from: number;
  to: number;
  records: number;
}

/** What a process of the platform counted; for charts alone, and no reader but the store looks at it. */
export interface MetricsEntry {
  class: 'metrics';
  process: MetricProcess;
  /** Which of several; absent where there is one alone. */
  instance?: string;
  values: MetricValue[];
}

/** An entry before the journal gives it its position and time. */
export type NewEntry = RecordEntry | GatewayEntry | TickEntry | IncidentEntry | SkippedEntry | MetricsEntry;

/**
 * One entry of the journal as its readers see it: a record of a message is one of its own. `position` increases by at
 * least 1, `receivedAt` (platform, epoch ms) never falls.
 */
export type JournalEntry = { position: number; receivedAt: number } & NewEntry;

/** Reads the journal by position; every reader keeps its own cursor. */
export interface JournalReader {
  /** Entries after `position`, oldest first, at most `limit`. */
  read(position: number, limit: number): Promise<JournalEntry[]>;
  /** Position of the newest entry, 0 when empty. */
  newest(): Promise<number>;
}
