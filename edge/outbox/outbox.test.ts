import { describe, expect, it } from 'vitest';
import { StrictAlarmRecord, TelemetryRecord } from '#contracts/record.ts';
import { createValidator } from '#contracts/validate.ts';
import {
  createTestClock,
  createTestFolder,
  heartRate,
  openTestOutbox,
  recordsOf,
  sos,
} from '../testing/open-test-outbox.ts';
import { flushRecords } from './telemetry-batcher.ts';

describe('sending what was just committed', () => {
  it('gives the same records as reading them back from disk', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([sos(1), sos(2), heartRate(70), heartRate(71)]);
    outbox.flush();
    const committed = [recordsOf(outbox, 'alarm'), recordsOf(outbox, 'telemetry')];
    expect(committed.map((records) => records.length)).toEqual([2, 2]);
    // Its commit in each lane is the last one now.
    outbox.maintain();
    expect([recordsOf(outbox, 'alarm'), recordsOf(outbox, 'telemetry')]).toEqual(committed);
  });

  it('gives nothing of it that is acknowledged or a dead letter', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([sos(1), sos(2), sos(3)]);
    outbox.acknowledge('alarm', outbox.epoch, 1, 3);
    expect(recordsOf(outbox, 'alarm').map(({ sequence }) => sequence)).toEqual([2, 3]);
    outbox.accept([sos(4)]);
    outbox.moveToDeadLetters('alarm', 4);
    expect(recordsOf(outbox, 'alarm').map(({ body }) => body.type)).toEqual(['event', 'event', 'gap']);
  });
});

describe('taking', () => {
  it('numbers each lane from 1 without holes', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([sos(1), heartRate(70), sos(2)]);
    outbox.accept([heartRate(71), sos(3)]);
    outbox.flush();
    expect(recordsOf(outbox, 'alarm').map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(recordsOf(outbox, 'telemetry').map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('writes records as the contract has them', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    const at = Date.UTC(2026, 10, 24, 1, 14, 58);
    outbox.accept([sos('00010000', { origin: { key: '00010000', at }, observedAt: at, historical: true })]);
    outbox.accept([heartRate(72)]);
    outbox.flush();
    const [alarm] = recordsOf(outbox, 'alarm');
    const [reading] = recordsOf(outbox, 'telemetry');
    expect(createValidator(StrictAlarmRecord)(alarm)).toMatchObject({ ok: true });
    expect(createValidator(TelemetryRecord)(reading)).toMatchObject({ ok: true });
    expect(alarm).toEqual({
      epoch: outbox.epoch,
      lane: 'alarm',
      sequence: 1,
      heldMs: 0,
      device: 'watch-3g:6907919734',
      origin: '00010000@2026-11-24T01:14:58.000Z',
      observedAt: '2026-11-24T01:14:58.000Z',
      capturedAt: '2026-11-24T01:15:00.000Z',
      historical: true,
      clock: { state: 'unknown' },
      body: { type: 'event', kind: 'sos', code: '00010000' },
    });
  });

  it('drops and counts a waveform larger than the wire takes, and takes the alarm beside it', () => {
    const { outbox, counters } = openTestOutbox(createTestFolder());
    const samples = Array.from({ length: 10_000 }, (_, index) => index + 0.12345);
    const start = '2026-11-24T01:15:00.000Z';
    const body = { type: 'waveform', quantity: 'ecg', start, rateHz: 10_000, unit: 'mV', samples } as const;
    const large = { device: 'watch-3g:1', body };
    expect(outbox.accept([large, sos(1)])).toEqual(['dropped', 'accepted']);
    expect(counters.values).toMatchObject({
      'observations-dropped': 1,
      'watch-3g.observations-dropped.waveform': 1,
    });
  });

  it('keeps an alarm whose device clock says a time no calendar has', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    const near = { key: 'k', at: Number.NaN, withinMs: 60_000 };
    expect(outbox.accept([sos(1, { observedAt: 9e15, near })])).toEqual(['accepted']);
    expect(recordsOf(outbox, 'alarm')[0]).not.toHaveProperty('observedAt');
  });

  it('passes alarms on before the telemetry of the same call', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    const stored: string[] = [];
    outbox.onStored((lane) => stored.push(lane));
    outbox.accept([heartRate(70), sos(1)]);
    expect(stored).toEqual(['alarm']);
    outbox.flush();
    expect(stored).toEqual(['alarm', 'telemetry']);
  });

  it('commits telemetry in groups', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    for (let value = 1; value < flushRecords; value++) outbox.accept([heartRate(value)]);
    expect(recordsOf(outbox, 'telemetry')).toHaveLength(0);
    outbox.accept([heartRate(1)]);
    expect(recordsOf(outbox, 'telemetry')).toHaveLength(flushRecords);
  });

  it('commits a lonely reading by itself', async () => {
    const { outbox } = openTestOutbox(createTestFolder(), { telemetryFlushMs: 1 });
    const stored = new Promise((resolve) => outbox.onStored(resolve));
    outbox.accept([heartRate(70)]);
    expect(await stored).toBe('telemetry');
    expect(recordsOf(outbox, 'telemetry')).toHaveLength(1);
  });

  it('does not deny a device when passing its alarm on fails', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.onStored(() => {
      throw new Error('broken listener');
    });
    expect(outbox.accept([sos(1)])).toEqual(['accepted']);
  });
});

describe('a new start', () => {
  it('keeps what the one before left, under its own epoch, oldest first', () => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder);
    before.accept([sos(1), sos(2), heartRate(70)]);
    before.close();
    const { outbox } = openTestOutbox(folder);
    outbox.accept([sos(3)]);
    const seen = recordsOf(outbox, 'alarm').map(({ epoch, sequence }) => [epoch, sequence]);
    expect(seen).toEqual([
      [before.epoch, 1],
      [before.epoch, 2],
      [outbox.epoch, 1],
    ]);
    expect(outbox.held()).toEqual([
      { epoch: before.epoch, lane: 'alarm', oldest: 1, newest: 2 },
      { epoch: outbox.epoch, lane: 'alarm', oldest: 1, newest: 1 },
      { epoch: before.epoch, lane: 'telemetry', oldest: 1, newest: 1 },
    ]);
  });

  it('after which everything was acknowledged begins under its own epoch', () => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder);
    before.accept([sos(1), sos(2)]);
    before.acknowledge('alarm', before.epoch, 2, 2);
    before.close();
    const { outbox: between } = openTestOutbox(folder);
    between.accept([sos(3)]);
    between.close();
    const { outbox } = openTestOutbox(folder);
    expect(recordsOf(outbox, 'alarm')).toMatchObject([{ epoch: between.epoch, sequence: 1 }]);
    expect(outbox.acknowledge('alarm', before.epoch, 2, 0)).toBe('unknown-epoch');
    expect(outbox.acknowledge('alarm', between.epoch, 1, 0)).toBe('acknowledged');
  });

  it('refuses to share its files with another agent', () => {
    const folder = createTestFolder();
    openTestOutbox(folder);
    expect(() => openTestOutbox(folder)).toThrow(expect.objectContaining({ code: 'OUTBOX_IN_USE' }));
  });
});

describe('an acknowledgement', () => {
  it('removes exactly what it covers, each epoch by itself', () => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder);
    before.accept([sos(1), sos(2), sos(3)]);
    before.close();
    const { outbox } = openTestOutbox(folder);
    outbox.accept([sos(4), sos(5)]);
    const { newest } = outbox.extent('alarm');
    expect(outbox.acknowledge('alarm', outbox.epoch, 1, newest)).toBe('acknowledged');
    expect(outbox.acknowledge('alarm', before.epoch, 2, newest)).toBe('acknowledged');
    expect(recordsOf(outbox, 'alarm').map(({ body }) => 'code' in body && body.code)).toEqual(['3', '5']);
    outbox.accept([sos(6)]);
    expect(recordsOf(outbox, 'alarm').map(({ sequence }) => sequence)).toEqual([3, 2, 3]);
  });

  it.each([
    {
      what: 'of an epoch it never had',
      epoch: 'f'.repeat(16),
      sequence: 1,
      sentUpTo: 2,
      is: 'unknown-epoch',
    },
    { what: 'beyond what was sent', epoch: undefined, sequence: 2, sentUpTo: 1, is: 'beyond-sent' },
    { what: 'beyond what there is', epoch: undefined, sequence: 9, sentUpTo: 9, is: 'beyond-sent' },
    { what: 'of nothing', epoch: undefined, sequence: 0, sentUpTo: 2, is: 'unchanged' },
  ])('$what removes nothing', ({ epoch, sequence, sentUpTo, is }) => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([sos(1), sos(2)]);
    expect(outbox.acknowledge('alarm', epoch ?? outbox.epoch, sequence, sentUpTo)).toBe(is);
    expect(recordsOf(outbox, 'alarm')).toHaveLength(2);
  });
});

describe('a dead letter', () => {
  it('leaves a gap in its place, its neighbours as they were', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([sos(1), sos(2), sos(3)]);
    expect(outbox.moveToDeadLetters('alarm', 2)).toBe(true);
    expect(recordsOf(outbox, 'alarm').map(({ sequence, body }) => [sequence, body])).toEqual([
      [1, { type: 'event', kind: 'sos', code: '1' }],
      [2, { type: 'gap', from: 2, reason: 'refused' }],
      [3, { type: 'event', kind: 'sos', code: '3' }],
    ]);
  });

  it('becomes one gap with that before it', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([sos(1), sos(2), sos(3)]);
    outbox.moveToDeadLetters('alarm', 1);
    outbox.moveToDeadLetters('alarm', 2);
    expect(recordsOf(outbox, 'alarm').map(({ sequence, body }) => [sequence, body])).toEqual([
      [2, { type: 'gap', from: 1, reason: 'refused' }],
      [3, { type: 'event', kind: 'sos', code: '3' }],
    ]);
    expect(outbox.held()).toMatchObject([{ oldest: 1, newest: 3 }]);
  });
});

describe('the time a record was held', () => {
  const synchronize = (clock: ReturnType<typeof createTestClock>) =>
    clock.sample({ sentAt: clock.monotonic(), receivedAt: clock.monotonic(), platformAt: clock.now() });

  it('is told by the monotonic clock within one start', () => {
    const clock = createTestClock();
    const { outbox } = openTestOutbox(createTestFolder(), { clock });
    outbox.accept([sos(1)]);
    clock.advance(4200);
    expect(recordsOf(outbox, 'alarm')[0]?.heldMs).toBe(4200);
  });

  it.each([
    { before: true, now: true, heldMs: 90_000 },
    { before: false, now: true, heldMs: undefined },
    { before: true, now: false, heldMs: undefined },
  ])(
    'after a restart needs a synchronized clock then ($before) and now ($now)',
    ({ before, now, heldMs }) => {
      const folder = createTestFolder();
      const first = createTestClock();
      if (before) synchronize(first);
      const { outbox: earlier } = openTestOutbox(folder, { clock: first });
      earlier.accept([sos(1)]);
      earlier.close();
      const second = createTestClock(first.now() + 90_000);
      if (now) synchronize(second);
      const { outbox } = openTestOutbox(folder, { clock: second });
      expect(recordsOf(outbox, 'alarm')[0]?.heldMs).toBe(heldMs);
      expect(outbox.oldestAgeMs('alarm')).toBe(90_000);
    },
  );

  it.each([
    { boot: 'a', sameBoot: true, heldMs: 90_000 },
    { boot: 'b', sameBoot: false, heldMs: undefined },
  ])('after a restart before the time is known is told within one boot ($sameBoot)', ({ boot, heldMs }) => {
    const folder = createTestFolder();
    const clock = createTestClock();
    const { outbox: killed } = openTestOutbox(folder, { clock, boot: 'a' });
    killed.accept([sos(1)]);
    killed.close();
    clock.advance(90_000);
    const { outbox } = openTestOutbox(folder, { clock, boot });
    expect(recordsOf(outbox, 'alarm')[0]?.heldMs).toBe(heldMs);
  });
});
