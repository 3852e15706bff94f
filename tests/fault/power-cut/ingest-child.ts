import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { exampleAlarmRecord, exampleTelemetryRecord } from '#contracts/record.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { silentLog } from '#runtime/log.ts';
import { openRecordedIntake } from './recorded-intake.ts';

/**
 * A process whose disk is recorded: takes alarms and telemetry in as ingest does, with its checkpoints beside it, and
 * says each acknowledgement where ingest would publish it.
 */
const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'journal.db');
const { intake } = openRecordedIntake(file, {
  findDevice: () => 'd1',
  onAck: ({ lane, sequence }) => writeSync(1, `${lane} ${sequence}\n`),
});
startCheckpoints([file], { log: silentLog(), logLevel: 'error', now: Date.now });

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
