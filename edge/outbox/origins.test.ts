import { describe, expect, it } from 'vitest';
import type { Observation } from '../adapters/adapter.ts';
import {
  createTestClock,
  createTestFolder,
  heartRate,
  openTestOutbox,
  recordsOf,
  sos,
} from '../testing/open-test-outbox.ts';

const at = Date.UTC(2026, 10, 24, 1, 14);
type Identity = Pick<Observation, 'origin' | 'near'>;
const origin = (key: string, offsetMs?: number): Identity => ({
  origin: { key, ...(offsetMs !== undefined && { at: at + offsetMs }) },
});
const near = (offsetMs: number, key = '00010000'): Identity => ({
  near: { key, at: at + offsetMs, withinMs: 60_000 },
});

describe.each([
  { lane: 'alarm' as const, observe: sos },
  { lane: 'telemetry' as const, observe: heartRate },
])('an origin on the $lane lane', ({ lane, observe }) => {
  it.each([
    { what: 'the same key', first: origin('17'), second: origin('17'), outcome: 'repeat' },
    { what: 'another key', first: origin('17'), second: origin('18'), outcome: 'accepted' },
    { what: 'the same instant', first: origin('17', 0), second: origin('17', 0), outcome: 'repeat' },
    { what: 'another instant', first: origin('17', 0), second: origin('17', 1), outcome: 'accepted' },
    { what: 'the same key alone', first: origin('17', 0), second: origin('17'), outcome: 'accepted' },
    { what: 'one close by, later', first: near(0), second: near(60_000), outcome: 'possible-repeat' },
    { what: 'one close by, earlier', first: near(0), second: near(-60_000), outcome: 'possible-repeat' },
    { what: 'one further off', first: near(0), second: near(60_001), outcome: 'accepted' },
    { what: 'another key at that instant', first: near(0), second: near(0, '00020000'), outcome: 'accepted' },
    { what: 'an origin of that key', first: near(0), second: origin('00010000', 0), outcome: 'accepted' },
  ])('is followed by $what: $outcome, on disk or not yet', ({ first, second, outcome }) => {
    for (const flush of [true, false]) {
      const { outbox } = openTestOutbox(createTestFolder());
      outbox.accept([observe(1, first)]);
      if (flush) outbox.flush();
      expect(outbox.accept([observe(2, second)])).toEqual([outcome]);
    }
  });

  it('is stored with its mark where only time tells it from the one before', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([observe(1, near(0)), observe(2, near(1500)), observe(3, near(90_000))]);
    outbox.flush();
    const marks = recordsOf(outbox, lane as 'alarm').map(({ possibleRepeat }) => possibleRepeat);
    expect(marks).toEqual([undefined, true, undefined]);
  });

  it('is taken once within one call', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    const origin = { key: '17' };
    expect(outbox.accept([observe(1, { origin }), observe(2, { origin })])).toEqual(['accepted', 'repeat']);
  });

  it('belongs to its device', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    const origin = { key: '17' };
    outbox.accept([observe(1, { origin })]);
    expect(outbox.accept([observe(1, { origin, device: 'watch-3g:1' })])).toEqual(['accepted']);
  });

  it('is known after a restart, also when its record is acknowledged, and stored once', () => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder);
    before.accept([observe(1, { origin: { key: 'held' } }), observe(2, { origin: { key: 'gone' } })]);
    before.close();
    const { outbox, counters } = openTestOutbox(folder);
    outbox.acknowledge(lane, before.epoch, 2, 0);
    const repeats = [observe(1, { origin: { key: 'held' } }), observe(2, { origin: { key: 'gone' } })];
    expect(outbox.accept(repeats)).toEqual(['repeat', 'repeat']);
    expect(counters.values).toEqual({ [`${lane}-repeat`]: 2 });
    outbox.flush();
    expect(recordsOf(outbox, lane as 'alarm')).toEqual([]);
  });

  it('is over once another ends it, also after a restart, and what ended it is known', () => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder);
    const begin = (value: number) => observe(value, { ...near(value, 'begin'), ends: 'end' });
    const end = (value: number) => observe(value, { ...near(value, 'end'), ends: 'begin' });
    expect(before.accept([begin(1)])).toEqual(['accepted']);
    expect(before.accept([begin(2)])).toEqual(['possible-repeat']);
    expect(before.accept([end(3)])).toEqual(['accepted']);
    before.close();
    const { outbox } = openTestOutbox(folder);
    expect(outbox.accept([end(4)])).toEqual(['possible-repeat']);
    expect(outbox.accept([begin(5)])).toEqual(['accepted']);
    outbox.flush();
    expect(outbox.accept([begin(6)])).toEqual(['possible-repeat']);
    expect(outbox.accept([end(7)])).toEqual(['accepted']);
  });

  it('may come again after 24 hours, and is forgotten then', () => {
    const clock = createTestClock();
    const { outbox } = openTestOutbox(createTestFolder(), { clock });
    outbox.accept([observe(1, { origin: { key: '17' } })]);
    outbox.flush();
    clock.advance(24 * 3_600_000);
    expect(outbox.accept([observe(2, { origin: { key: '17' } })])).toEqual(['repeat']);
    clock.advance(1);
    outbox.maintain();
    expect(outbox.accept([observe(3, { origin: { key: '17' } })])).toEqual(['accepted']);
  });
});
