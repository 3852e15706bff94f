import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { exampleAlarmRecord, exampleTelemetryRecord } from '#contracts/record.ts';
import { openDeadLetters } from '#ingest/journal/dead-letters.ts';
import { openJournal } from '#ingest/journal/journal.ts';
import { openStreamBook } from '#ingest/journal/stream-book.ts';
import { createIntake } from '#ingest/receive/intake.ts';
import { createReceiveMetrics } from '#ingest/receive/receive-metrics.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';

/**
 * A process whose disk is recorded: takes alarms and telemetry in as ingest does, with its checkpoints beside it, and
 * says each acknowledgement where ingest would publish it.
 */
const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'journal.db');
const log = silentLog();
const journal = openJournal(file, Date.now);
const books = { journal, streams: openStreamBook(journal.db), deadLetters: openDeadLetters(journal.db, 100) };
const publish = (_topic: string, payload: string) => {
  for (const { lane, sequence } of JSON.parse(payload).acks) writeSync(1, `${lane} ${sequence}\n`);
  return true;
};
const intake = createIntake({
  books,
  devices: { find: () => 'd1', refresh: async () => undefined },
  publish: { alarm: publish, telemetry: publish },
  takesTelemetry: () => true,
  holdsAcks: () => false,
  onCommitted: () => undefined,
  metrics: createReceiveMetrics(createMetrics()),
  now: Date.now,
  log,
  groupWaitMs: 3,
  groupRecords: 200,
  maxAwaiting: 10,
});
startCheckpoints([file], { log, logLevel: 'error', now: Date.now });

const source = { community: 'c1', gateway: 'gw1' };
let alarms = 0;
let readings = 0;
setInterval(() => {
  alarms += 1;
  const records = Array.from({ length: 50 }, () => {
    readings += 1;
    return { ...exampleTelemetryRecord, sequence: readings };
  });
  const send = (lane: 'alarm' | 'telemetry', message: object) =>
    intake.receive({ ...source, lane }, Buffer.from(JSON.stringify({ schemaVersion: 1, ...message })));
  send('telemetry', { records });
  send('alarm', { record: { ...exampleAlarmRecord, sequence: alarms } });
}, 4);
