import { expect, test } from 'vitest';
import { reportOf } from '#provisioning/zigbee/report.ts';
import { seededRandom } from '#simulators/seeded-random.ts';
import { createFuzzContext } from './fuzz-context.ts';
import { fuzz, fuzzedAdapters } from './fuzz-run.ts';
import { garbageKinds } from './garbage-cost.ts';
import { mutations } from './mutations.ts';

const seed = Number(process.env.FAULT_SEED ?? 20_261_129);

test.each(fuzzedAdapters.map((adapter) => [adapter.name, adapter] as const))(
  '%s: damaged messages throw nothing, stop no stream, and random bytes alarm nobody falsely',
  async (_name, adapter) => {
    const { samples, throws, stuck, fromRandom } = await fuzz(adapter, {
      messages: 2000,
      random: seededRandom(seed),
    });
    expect(samples).toEqual([]);
    expect({ throws, stuck, fromRandom }).toEqual({ throws: 0, stuck: 0, fromRandom: {} });
  },
);

test.each(fuzzedAdapters.map((adapter) => [adapter.name, adapter] as const))(
  '%s: 64 KiB of any garbage behind something readable throws nothing and alarms nobody falsely',
  async (_name, adapter) => {
    const context = createFuzzContext();
    const swallow = adapter.swallow(context);
    for (const garbage of Object.values(garbageKinds(seededRandom(seed)))) await swallow(garbage);
    expect(context.caught).toEqual([]);
    context.events.delete('unreadable-alarm');
    expect(Object.fromEntries(context.events)).toEqual({});
  },
);

test('every kind of damage changes a message, and a seed fixes how', () => {
  const message = Buffer.from('[3G*6907919734*0002*LK] {"smoke":true,"battery":80} 水');
  for (const mutation of Object.values(mutations)) {
    const changed = Array.from({ length: 50 }, (_, index) =>
      mutation(message, seededRandom(index), [message]),
    );
    expect(changed.some((each) => !each.equals(message))).toBe(true);
    expect(mutation(message, seededRandom(7), [message])).toEqual(
      mutation(message, seededRandom(7), [message]),
    );
  }
});

test('no safety definition of Zigbee is unread but those with no alarm key at all', () => {
  const { safety, read, withoutAlarmKey, unread } = reportOf();
  expect(unread).toEqual([]);
  expect(read + withoutAlarmKey.length).toBe(safety);
});
