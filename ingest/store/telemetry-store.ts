import type { DatabaseSync } from 'node:sqlite';
import type { Static, TObject, TProperties } from 'typebox';
import type { RetentionClass } from '#contracts/facts/retention.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { RefusalCause } from '#contracts/store-trouble.ts';
import type { Reading, StoredEvent, TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import type { SummaryTier } from './summary-tiers.ts';

export type { Reading as StoredReading, StoredEvent } from '#contracts/telemetry-reader.ts';

/** A journal entry that the engine does not take, however often it is asked, until somebody mends the cause. */
export interface RefusedEntry {
  entry: JournalEntry;
  measurement: string;
  cause: RefusalCause;
  /** The engine's own words. */
  reason: string;
}

/** The newest plausible reading of a quantity. */
export interface LatestReading extends Reading {
  quantity: string;
}

/** What is no longer kept, before an instant, epoch ms: of one class in one community, or metrics of the platform. */
export type Expiry =
  | { class: RetentionClass; community: string; before: number }
  | { class: 'metrics'; before: number };

/** Most readings, buckets or events that one question is answered with. */
export const maxAnswerRows = 10_000;

/** A device, whose id names it within its community alone. */
export interface DeviceOfCommunity {
  community: string;
  device: string;
}

/**
 * Where telemetry is kept for charts and Grafana. Nothing of warning or dispatch rests on it.
 * Readings, positions, waveforms, events, gaps, command results, incident changes, states of gateways and metrics of
 * the platform are kept; of people only pseudonymous ids.
 */
export interface TelemetryStore extends TelemetryReader {
  /**
   * Writes journal entries; writing them again changes nothing.
   *
   * @returns Entries that the engine does not take; all others are stored.
   * @throws {StoreUnreachable} where it may work later; some may be stored then.
   */
  write(entries: readonly JournalEntry[]): Promise<RefusedEntry[]>;
  /**
   * Makes the summaries of every series in buckets anew, from the readings that are there: as often as wanted.
   *
   * @param from Beginning of the first bucket, epoch ms, a multiple of the tier.
   * @param to End of the last one, at most `maxBucketsAtOnce` later.
   */
  summarize(tier: SummaryTier, from: number, to: number): Promise<void>;
  /**
   * Removes what is older than its class is kept.
   *
   * @throws {IngestError} `INGEST_STORE_KEEPS_ALL` where the engine cannot remove (InfluxDB 3 Core): then the
   * server's own retention is what ends it.
   */
  expire(expiry: Expiry): Promise<void>;
  /** The newest plausible reading of each quantity of a device, by quantity. */
  latest(of: DeviceOfCommunity): Promise<LatestReading[]>;
  /** The newest events, of one device where given, newest first. */
  events(options: { of?: DeviceOfCommunity; limit: number }): Promise<StoredEvent[]>;
  close(): Promise<void>;
}

/** Where every engine finds its files, and how long it waits for an answer. */
export interface CommonStoreSettings {
  dataDir: string;
  timeoutMs: number;
}

/** What an engine is created with. */
export interface StoreContext<Settings> {
  settings: Settings & CommonStoreSettings;
  /** The open store.db; an engine that keeps telemetry elsewhere leaves it alone. */
  db: DatabaseSync;
  /** As it is now. */
  registry: () => Registry;
  log: Logger;
  /** Epoch ms. */
  now: () => number;
}

/** A store opened for reading alone. */
export type OpenTelemetryReader = TelemetryReader & { close(): Promise<void> };

/** An engine as `all.ts` lists it: its name, the settings that its `config.ts` declares, and what creates it. */
export interface StoreDefinition<Kind extends string, Settings extends TProperties> {
  /** Value of `STORE_KIND`. */
  readonly kind: Kind;
  readonly settings: Settings;
  create(context: StoreContext<Static<TObject<Settings>>>): TelemetryStore;
  /** Opens it for reading alone; nothing is created, and its writer may start later. */
  openReader(settings: Static<TObject<Settings>> & CommonStoreSettings): OpenTelemetryReader;
}
