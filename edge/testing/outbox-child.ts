import { silentLog } from '#runtime/log.ts';
import { createGatewayClock } from '../clock.ts';
import { createCounters } from '../counters.ts';
import { Outbox } from '../outbox/outbox.ts';

/**
 * A process for tests to kill: accepts numbered alarms and readings as fast as it can, writing each alarm's
 * number to standard output after `accept` returned, as an adapter would answer its device.
 */
const [directory = '', from = '1'] = process.argv.slice(2);
const outbox = new Outbox({
  directory,
  gateway: 'gateway-1',
  clock: createGatewayClock({ system: () => Date.now(), monotonic: () => performance.now() }),
  counters: createCounters(),
  log: silentLog(),
  alarmQuotaBytes: 16_777_216,
  alarmReserveBytes: 65_536,
  telemetryQuotaBytes: 16_777_216,
  telemetryFlushMs: 5,
});

let number = Number(from);
const takeSome = () => {
  for (let count = 0; count < 10; count++, number++) {
    const device = 'watch-3g:6907919734';
    const origin = { key: String(number) };
    outbox.accept([
      { device, origin, body: { type: 'event', kind: 'sos', code: String(number) } },
      { device, body: { type: 'reading', quantity: 'heart-rate', value: number, unit: '/min' } },
    ]);
    process.stdout.write(`${number}\n`);
  }
  setImmediate(takeSome);
};
takeSome();
