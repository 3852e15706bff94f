import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '#runtime/log.ts';
import type { Observation } from '../adapters/adapter.ts';
import { createGatewayClock } from '../clock.ts';
import { createCounters } from '../counters.ts';
import { Outbox } from '../outbox/outbox.ts';

/** A process for tests on a small disk of its own: fills it in steps and prints what became of alarms. */
const [directory = ''] = process.argv.slice(2);
const device = 'watch-3g:6907919734';
const text = 'x'.repeat(256);
const counters = createCounters();

const open = () =>
  new Outbox({
    directory: join(directory, 'outbox'),
    gateway: 'gateway-1',
    clock: createGatewayClock({ system: () => Date.now(), monotonic: () => performance.now() }),
    counters,
    log: silentLog(),
    alarmQuotaBytes: 16_777_216,
    alarmReserveBytes: 262_144,
    telemetryQuotaBytes: 1_073_741_824,
    telemetryFlushMs: 60_000,
  });

const filler = join(directory, 'filler');
const fillDisk = () => {
  const descriptor = openSync(filler, 'a');
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(size, 1));
    } catch {}
  }
  closeSync(descriptor);
};

const alarm = (code: number): Observation => ({
  device,
  origin: { key: String(code) },
  body: { type: 'event', kind: 'sos', code: String(code) },
});
const reading = (code: number): Observation => ({
  device,
  body: { type: 'event', kind: 'access-granted', code: String(code), text },
});
const read = (lane: 'alarm' | 'telemetry') =>
  outbox.read(lane, 0, 1_000_000, Number.POSITIVE_INFINITY).map(({ json }) => JSON.parse(json));

let outbox = open();
let readings = 0;
for (; readings < 2000; readings++) outbox.accept([reading(readings)]);
fillDisk();
for (; readings < 6000; readings++) outbox.accept([reading(readings)]);
let accepted = 0;
let refusal: unknown;
for (; accepted < 100; accepted++) outbox.accept([alarm(accepted)]);
const afterHundred = { alarms: read('alarm').length, counters: { ...counters.values } };
outbox.close();

outbox = open();
const reopened = read('alarm').length;
try {
  for (; accepted < 100_000; accepted++) outbox.accept([alarm(accepted)]);
} catch (error) {
  refusal = (error as { code?: string }).code;
}
const atRefusal = { accepted, alarms: read('alarm').length };
rmSync(filler);
const [again] = outbox.accept([alarm(accepted)]);
const telemetry = read('telemetry');
outbox.close();
process.stdout.write(
  JSON.stringify({
    readings,
    afterHundred,
    reopened,
    refusal,
    atRefusal,
    again,
    telemetry: telemetry.slice(0, 3),
  }),
);
