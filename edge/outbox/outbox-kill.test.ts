import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import {
  createTestClock,
  createTestFolder,
  openTestOutbox,
  recordsOf,
  sos,
} from '../testing/open-test-outbox.ts';

/** Runs a child that takes numbered alarms until it has answered `count` of them, then kills it. */
async function takeAndKill(folder: string, from: number, count: number): Promise<number> {
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../testing/outbox-child.ts'),
    folder,
    String(from),
  ]);
  const exited = once(child, 'exit');
  let answered = from - 1;
  for await (const line of createInterface(child.stdout)) {
    answered = Number(line);
    if (answered === from + count - 1) child.kill('SIGKILL');
  }
  await exited;
  return answered;
}

it('holds every alarm it answered, once, without hole or reuse, however often it is killed', async () => {
  const folder = createTestFolder();
  const answered: number[] = [];
  let next = 1;
  for (const count of [1, 137, 1000]) {
    const last = await takeAndKill(folder, next, count);
    answered.push(last);
    next = last + 1;
    // What was taken and not yet answered is on disk; the next start sends it again, as its device does.
  }
  // The children lived by the machine's clock, and an origin is known for 24 h.
  const { outbox } = openTestOutbox(folder, { clock: createTestClock(Date.now()) });
  const records = recordsOf(outbox, 'alarm');
  const codes = records.map(({ body }) => ('code' in body ? Number(body.code) : 0));
  expect(new Set(codes).size).toBe(codes.length);
  const last = answered.at(-1) ?? 0;
  expect(codes.filter((code) => code <= last)).toHaveLength(last);
  for (const lane of ['alarm', 'telemetry'] as const) {
    const streams = Map.groupBy(recordsOf(outbox, lane as 'alarm'), ({ epoch }) => epoch);
    expect(streams.size).toBeGreaterThan(lane === 'alarm' ? 2 : 0);
    for (const stream of streams.values()) {
      expect(stream.map(({ sequence }) => sequence)).toEqual(stream.map((_, index) => index + 1));
    }
  }
  expect(outbox.accept([sos(1, { origin: { key: '1' } })])).toEqual(['repeat']);
});
