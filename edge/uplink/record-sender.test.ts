import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import type { GatewayClock } from '../clock.ts';
import { createCounters } from '../counters.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { RecordSender } from './record-sender.ts';
import { sendLimits } from './send-plan.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An outbox whose telemetry has no end, acknowledged as it goes, and whose alarms come when told. */
function createEndless() {
  const extent = {
    alarm: { oldest: 1, newest: 0 },
    telemetry: { oldest: 1, newest: Number.MAX_SAFE_INTEGER },
  };
  const outbox = {
    extent: (lane: 'alarm' | 'telemetry') => extent[lane],
    read: (_lane: string, after: number, limit: number) =>
      Array.from({ length: limit }, (_, index) => ({
        epoch: '9f86d081884c7d65',
        sequence: after + 1 + index,
        position: after + 1 + index,
        json: '{}',
      })),
    acknowledge: () => 'acknowledged',
  } as unknown as Outbox;
  return { outbox, extent };
}

test('telemetry held for long goes no faster than its rate, and an alarm meanwhile at once', async () => {
  const { outbox, extent } = createEndless();
  const sent = { alarm: 0, telemetry: 0 };
  const sender = new RecordSender({
    community: 'c1',
    gateway: 'gw1',
    outbox,
    clock: { monotonic: () => performance.now() } as GatewayClock,
    counters: createCounters(),
    log: silentLog(),
    resendAfterMs: 5000,
  });
  sender.begin((lane, payload, onPuback) => {
    sent[lane] += payload.split('{}').length - 1;
    queueMicrotask(() => {
      onPuback();
      extent[lane].oldest += lane === 'alarm' ? 1 : sendLimits.records.telemetry;
      sender.acknowledge([{ lane, epoch: '9f86d081884c7d65', sequence: 1 }]);
    });
  });
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent.telemetry).toBeGreaterThan(2 * sendLimits.telemetryPerSecond - 400);
  expect(sent.telemetry).toBeLessThanOrEqual(
    2 * sendLimits.telemetryPerSecond + sendLimits.records.telemetry,
  );
  extent.alarm.newest = 1;
  sender.pump();
  expect(sent.alarm).toBe(1);
  sender.end();
  const before = sent.telemetry;
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent.telemetry).toBe(before);
});
