import type { JournalReader } from '#contracts/journal-entry.ts';
import { openDeadLetters } from '#ingest/journal/dead-letters.ts';
import { type Journal, openJournal } from '#ingest/journal/journal.ts';
import { openJournalReader } from '#ingest/journal/journal-reader.ts';
import { openStreamBook } from '#ingest/journal/stream-book.ts';
import { createIntake, type Intake } from '#ingest/receive/intake.ts';
import { createReceiveMetrics } from '#ingest/receive/receive-metrics.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';

/** Ingest's receiving side without a broker, on a file. */
export interface RecordedIntake {
  journal: Journal;
  intake: Intake;
  /** A connection of its own, as the store and the warning engine have. */
  openReader(): JournalReader;
}

/**
 * Opens the journal and its intake as ingest does.
 *
 * @param options.onAck Called with each acknowledgement where ingest would publish it.
 */
export function openRecordedIntake(
  file: string,
  options: {
    findDevice: (address: string) => string | undefined;
    onAck: (ack: { lane: string; sequence: number }) => void;
    onCommitted?: () => void;
  },
): RecordedIntake {
  const journal = openJournal(file, Date.now);
  const publish = (_topic: string, payload: string) => {
    for (const ack of JSON.parse(payload).acks) options.onAck(ack);
    return true;
  };
  const intake = createIntake({
    books: { journal, streams: openStreamBook(journal.db), deadLetters: openDeadLetters(journal.db, 100) },
    devices: {
      find: (_community, address) => options.findDevice(address),
      refresh: async () => undefined,
    },
    publish: { alarm: publish, telemetry: publish },
    takesTelemetry: () => true,
    holdsAcks: () => false,
    onCommitted: options.onCommitted ?? (() => undefined),
    metrics: createReceiveMetrics(createMetrics()),
    now: Date.now,
    log: silentLog(),
    groupWaitMs: 3,
    groupRecords: 200,
    maxAwaiting: 10,
  });
  return { journal, intake, openReader: () => openJournalReader(file) };
}
