import type { Lane } from '#contracts/facts/event-kinds.ts';
import { type Ack, schemaVersion } from '#contracts/gateway-messages.ts';
import { openDeadLetters } from '#ingest/journal/dead-letters.ts';
import { type Journal, openJournal } from '#ingest/journal/journal.ts';
import { type OpenedJournalReader, openJournalReader } from '#ingest/journal/journal-reader.ts';
import { openSequenceTracker } from '#ingest/journal/sequence-tracker.ts';
import { createIntake } from '#ingest/receive/intake.ts';
import { createReceiveMetrics } from '#ingest/receive/receive-metrics.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';

/** Ingest's receiving side without a broker, on a file. */
export interface IntakeOnFile {
  journal: Journal;
  /** What a gateway of community `c1` sends, `gw1` unless named: an alarm each, or a batch of telemetry. */
  send(lane: Lane, records: readonly object[], gateway?: string): void;
  /** True where nothing waits to be taken in. */
  readonly isIdle: boolean;
  /** A connection of its own, as the store and the warning engine have. */
  openReader(): OpenedJournalReader;
  /** Takes in what waits, and closes the file. */
  close(): void;
}

/**
 * Opens the journal and its intake as ingest does.
 *
 * @param options.onAck Called with each acknowledgement where ingest would publish it.
 */
export function openIntakeOnFile(
  file: string,
  options: {
    findDevice: (address: string) => string | undefined;
    /** Without it every device is the sender's own. */
    gatewayOf?: (device: string) => string | undefined;
    onAck: (ack: Ack['acks'][number]) => void;
    onCommitted?: () => void;
    now?: () => number;
    /** Telemetry is committed when so much waits, or 3 ms after the first. */
    groupRecords?: number;
  },
): IntakeOnFile {
  const now = options.now ?? Date.now;
  const journal = openJournal(file, now);
  const publish = (_topic: string, payload: string) => {
    for (const ack of (JSON.parse(payload) as Ack).acks) options.onAck(ack);
    return true;
  };
  const intake = createIntake({
    tables: {
      journal,
      streams: openSequenceTracker(journal.db),
      deadLetters: openDeadLetters(journal.db, 100),
    },
    devices: {
      find: (_community, address) => options.findDevice(address),
      ...(options.gatewayOf && {
        gatewayOf: (_community: string, device: string) => options.gatewayOf?.(device),
      }),
      refresh: async () => undefined,
    },
    publish: { alarm: publish, telemetry: publish },
    acceptsTelemetry: () => true,
    holdsAcks: () => false,
    onCommitted: options.onCommitted ?? (() => undefined),
    metrics: createReceiveMetrics(createMetrics()),
    now,
    log: silentLog(),
    groupWaitMs: 3,
    groupRecords: options.groupRecords ?? 200,
    maxAwaiting: 10,
    queueBytes: 2 ** 28,
    gatewayQueueBytes: 2 ** 27,
  });
  const receive = (lane: Lane, message: object, gateway: string) =>
    intake.receive(
      { community: 'c1', gateway, lane },
      Buffer.from(JSON.stringify({ schemaVersion, ...message })),
    );
  return {
    journal,
    send: (lane, records, gateway = 'gw1') => {
      if (lane === 'telemetry') receive(lane, { records }, gateway);
      else for (const record of records) receive(lane, { record }, gateway);
    },
    get isIdle() {
      return intake.isIdle;
    },
    openReader: () => openJournalReader(file),
    close: () => {
      intake.close();
      journal.close();
    },
  };
}
