import { join } from 'node:path';
import type { Static } from 'typebox';
import type { LogReader } from '#eventlog/event-log.ts';
import { serviceUsername } from '#registry/credentials.ts';
import { followRegistry } from '#registry/open-registry.ts';
import { createGauge, type Metrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { startMetricsReport } from '#runtime/metrics-report.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import type { ingestSettings } from './config.ts';
import { createDeadLetterActions, type DeadLetterActions } from './dead-letters/dead-letter-actions.ts';
import { startIncidentBackFlow } from './incident-back-flow.ts';
import { openDeadLetters } from './journal/dead-letters.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { createJournalRetention, type JournalRetention, type ReadTo } from './journal/journal-retention.ts';
import { openSequenceTracker } from './journal/sequence-tracker.ts';
import type { JournalTables } from './receive/commit-batch.ts';
import { createDeviceLookup } from './receive/device-lookup.ts';
import { createGatewayStates } from './receive/gateway-states.ts';
import { createIntake, type Intake } from './receive/intake.ts';
import { createPlatformMetrics } from './receive/platform-metrics.ts';
import { createReceiveMetrics } from './receive/receive-metrics.ts';
import { openSessions } from './receive/receiver.ts';
import { startTicker } from './ticker.ts';

/** Settings of receiving, as `INGEST_…` gives them. */
export type IngestSettings = Static<typeof ingestSettings.schema>;

/** The receiving thread of ingest: two MQTT sessions, the journal, the tick and the incident back-flow. */
export interface Receiving {
  /** Both sessions are subscribed. */
  readonly listening: boolean;
  /** The last commit failed, so nothing is acknowledged. */
  readonly failing: boolean;
  readonly newest: number;
  /** Replays and discards dead letters. */
  readonly deadLetterActions: DeadLetterActions;
  /** A reader has reported its position. */
  readersMoved(): void;
  /** Stops listening, commits what waits, and closes the files. */
  close(): Promise<void>;
}

/** What receiving is opened with. */
export interface ReceivingOptions {
  settings: IngestSettings;
  metrics: Metrics;
  now: () => number;
  log: Logger;
  /** Answers with undefined while there is no incident log. */
  openIncidents: () => Promise<LogReader | undefined>;
  /** Positions of the readers when the process started, by their own files. */
  journalReadTo?: number;
  /** How far the readers of the journal are. */
  readTo: () => ReadTo;
  /** Called after every commit, with the newest position. */
  onCommitted: (position: number) => void;
}

/** How often the journal is looked at for what is old or too much, in ms. */
const roomEveryMs = 1000;

/** Opens receiving; it runs at once, whether or not the broker is there yet. */
export async function openReceiving(options: ReceivingOptions): Promise<Receiving> {
  const { settings, metrics, now, log, onCommitted } = options;
  const registry = await followRegistry({ file: join(settings.dataDir, 'registry.db'), log });
  const tables = openBooks(options);
  createJournalMetrics(metrics, tables);
  const { journal } = tables;
  const counters = createReceiveMetrics(metrics);
  const room = createJournalRetention({
    journal,
    keepMs: settings.journalRetentionMs,
    maxBytes: settings.journalMaxBytes,
    now,
    log,
  });
  countRoom(metrics, journal, room, settings.journalMaxBytes);
  const platformMetrics = createPlatformMetrics({ hasRoom: room.acceptsTelemetry, metrics, now, log });
  const holdsAcks = () => journal.newest - options.readTo().warning > settings.maxWarningLag;
  const shared = { tables, onCommitted, holdsAcks, metrics: counters, now, log };

  const sessions = openSessions({
    url: settings.brokerUrl,
    username: serviceUsername('ingest'),
    password: settings.password,
    log,
    intake: () => intake,
    states: () => states,
    onMetrics: platformMetrics.receive,
  });
  const listening = () => sessions.alarm.connected && sessions.telemetry.connected;
  const intake: Intake = createIntake({
    ...shared,
    ...settings,
    devices: createDeviceLookup(registry, { minIntervalMs: settings.registryRefreshMs, now, log }),
    acceptsTelemetry: room.acceptsTelemetry,
    publish: { alarm: sessions.alarm.publish, telemetry: sessions.telemetry.publish },
  });
  const deadLetterActions = createDeadLetterActions({
    ...shared,
    registry,
    acceptsTelemetry: room.acceptsTelemetry,
  });
  const states = createGatewayStates({ ...shared, publish: sessions.alarm.publish });
  const report = startMetricsReport({
    metrics,
    send: (message) => platformMetrics.receive('ingest', Buffer.from(JSON.stringify(message))),
    log,
  });
  const ticker = startTicker({
    journal,
    intervalMs: settings.tickMs,
    listening,
    alongside: platformMetrics.drain,
    onTick: onCommitted,
    log,
  });
  const makingRoom = startPollLoop({
    name: 'journal room',
    intervalMs: roomEveryMs,
    log,
    run: () => room.makeRoom(options.readTo()),
  });
  const backFlow = startIncidentBackFlow({
    journal,
    open: options.openIncidents,
    intervalMs: settings.incidentPollMs,
    onCommitted,
    log,
  });

  return {
    get listening() {
      return listening();
    },
    get failing() {
      return intake.failing;
    },
    get newest() {
      return journal.newest;
    },
    deadLetterActions,
    readersMoved: intake.releaseAcks,
    close: async () => {
      report.close();
      ticker.close();
      await backFlow.close();
      await makingRoom.close();
      intake.close();
      states.close();
      await Promise.all([sessions.alarm.close(), sessions.telemetry.close()]);
      await registry.close();
      journal.close();
    },
  };
}

function openBooks({ settings, now, journalReadTo }: ReceivingOptions): JournalTables {
  const maxBytes = settings.journalMaxBytes + settings.journalAlarmReserveBytes;
  const journal = openJournal(join(settings.dataDir, 'journal.db'), now, {
    maxBytes,
    readTo: journalReadTo,
  });
  return {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, settings.maxDeadLetters, settings.maxDeadLetterBytes),
  };
}

function countRoom(metrics: Metrics, journal: Journal, room: JournalRetention, maxBytes: number): void {
  createGauge(metrics, 'ingest_journal_bytes', 'Bytes of the journal in use.', () => journal.usedBytes);
  createGauge(
    metrics,
    'ingest_journal_used_ratio',
    'Bytes of the journal in use by its limit; above 1 the reserve of alarms is in use.',
    () => journal.usedBytes / maxBytes,
  );
  createGauge(
    metrics,
    'ingest_journal_skipped_records',
    'Telemetry that the journal let go of before the store had taken it, since the start.',
    () => room.skipped,
  );
}

function createJournalMetrics(metrics: Metrics, { journal, deadLetters }: JournalTables): void {
  createGauge(metrics, 'ingest_journal_position', 'Newest position of the journal.', () => journal.newest);
  createGauge(metrics, 'ingest_dead_letters', 'Dead letters kept.', () => deadLetters.count);
  createGauge(
    metrics,
    'ingest_dead_letters_dropped',
    'Dead letters removed for newer ones since the start.',
    () => deadLetters.dropped.alarm + deadLetters.dropped.telemetry,
  );
  createGauge(
    metrics,
    'ingest_alarm_dead_letters_dropped',
    'Dead letters that alerted people and were removed for newer ones of the same sender since the start.',
    () => deadLetters.dropped.alarm,
  );
}
