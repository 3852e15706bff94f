import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { exampleAlarmRecord, exampleTelemetryRecord } from '#contracts/record.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { silentLog } from '#runtime/log.ts';
import { openIntakeOnFile } from '#tests/intake-on-file.ts';

/**
 * A process whose disk is recorded: takes alarms and telemetry in as ingest does, with its checkpoints beside it, and
 * says each acknowledgement where ingest would publish it.
 */
const [folder = ''] = process.argv.slice(2);
const file = join(folder, 'journal.db');
const intake = openIntakeOnFile(file, {
  findDevice: () => 'd1',
  onAck: ({ lane, sequence }) => writeSync(1, `${lane} ${sequence}\n`),
});
startCheckpoints([file], { log: silentLog(), logLevel: 'error', now: Date.now });

let alarms = 0;
let readings = 0;
setInterval(() => {
  alarms += 1;
  const records = Array.from({ length: 50 }, () => {
    readings += 1;
    return { ...exampleTelemetryRecord, sequence: readings };
  });
  intake.send('telemetry', records);
  intake.send('alarm', [{ ...exampleAlarmRecord, sequence: alarms }]);
}, 4);
