import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import type { AlarmRecord, TelemetryRecord } from '#contracts/record.ts';
import { silentLog } from '#runtime/log.ts';
import type { Observation } from '../adapters/adapter.ts';
import { createGatewayClock, type GatewayClock } from '../clock.ts';
import { type Counters, createCounters } from '../counters.ts';
import type { OutboxOptions } from '../outbox/open-lanes.ts';
import { Outbox } from '../outbox/outbox.ts';

/** A clock moved by hand; `advance` moves both the system's and the monotonic one. */
export interface TestClock extends GatewayClock {
  advance(ms: number): void;
}

/** Creates a clock that stands at `system` until moved. */
export function createTestClock(system = Date.UTC(2026, 10, 24, 1, 15)): TestClock {
  let elapsed = 0;
  const clock = createGatewayClock({ system: () => system + elapsed, monotonic: () => 1000 + elapsed });
  return {
    ...clock,
    advance: (ms) => {
      elapsed += ms;
    },
  };
}

/** A temporary folder that goes when the test ends. */
export function createTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An outbox in a folder, with what it counts; closed when the test ends. */
export function openTestOutbox(
  directory: string,
  options: Partial<OutboxOptions> = {},
): { outbox: Outbox; counters: Counters; clock: GatewayClock } {
  const counters = createCounters();
  const clock = options.clock ?? createTestClock();
  const outbox = new Outbox({
    directory,
    gateway: 'gateway-1',
    clock,
    counters,
    log: silentLog(),
    alarmQuotaBytes: 16_777_216,
    alarmReserveBytes: 65_536,
    telemetryQuotaBytes: 16_777_216,
    telemetryFlushMs: 60_000,
    ...options,
  });
  onTestFinished(() => outbox.close());
  return { outbox, counters, clock };
}

/** A watch's SOS, told apart by its code. */
export function sos(code: string | number, more: Partial<Observation> = {}): Observation {
  return {
    device: 'watch-3g:6907919734',
    ...more,
    body: { type: 'event', kind: 'sos', code: String(code) },
  };
}

/** A heart rate. */
export function heartRate(value: number, more: Partial<Observation> = {}): Observation {
  return {
    device: 'watch-3g:6907919734',
    ...more,
    body: { type: 'reading', quantity: 'heart-rate', value, unit: '/min' },
  };
}

/** Every record of a lane as it would be sent. */
export function recordsOf(outbox: Outbox, lane: 'alarm'): AlarmRecord[];
export function recordsOf(outbox: Outbox, lane: 'telemetry'): TelemetryRecord[];
export function recordsOf(outbox: Outbox, lane: Lane) {
  return outbox.read(lane, 0, 1_000_000, Number.POSITIVE_INFINITY).map(({ json }) => JSON.parse(json));
}
