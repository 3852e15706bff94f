import { describe, expect, test } from 'vitest';
import type { Body } from '#contracts/record-body.ts';
import type { RetentionClass } from '#contracts/retention.ts';
import { describeExpiry, type StoreCheck } from './describe-expiry.ts';
import { conformanceNow, heartRate, start, storedEntry, wholeDay } from './stored-entries.fixture.ts';

/** What every engine must do of summaries and expiry; `use` as in `describeTelemetryStore`. */
export function describeTelemetryKeeping(name: string, use: (check: StoreCheck) => Promise<void>): void {
  const behaves = (sentence: string, check: StoreCheck) => test(sentence, () => use(check));

  describe(`summaries and expiry on ${name}`, () => {
    describeExpiry(behaves);

    behaves(
      'a chart of what is long past is drawn from summaries, made anew when something comes late',
      async (store) => {
        const hour = Math.floor(start / 3_600_000) * 3_600_000;
        const at = (minutes: number) => ({ capturedAt: hour + minutes * 60_000 });
        await store.write([
          storedEntry(1, heartRate(60), at(1)),
          storedEntry(2, heartRate(80), at(9)),
          storedEntry(3, heartRate(999), at(5)),
          storedEntry(4, heartRate(100), at(61)),
          storedEntry(5, { type: 'reading', quantity: 'battery', value: 40, unit: '%' }, at(2)),
        ]);
        const range = { ...wholeDay, from: hour, to: hour + 7_200_000 };
        expect(await store.buckets(range, 3_600_000)).toEqual([]);
        await store.summarize(3_600_000, hour, hour + 7_200_000);
        const second = { at: hour + 3_600_000, mean: 100, minimum: 100, maximum: 100, count: 1 };
        expect(await store.buckets(range, 3_600_000)).toEqual([
          { at: hour, mean: 70, minimum: 60, maximum: 80, count: 2 },
          second,
        ]);
        await store.write([storedEntry(6, heartRate(40), { ...at(30), late: true })]);
        for (const _ of [1, 2]) await store.summarize(3_600_000, hour, hour + 3_600_000);
        expect(await store.buckets(range, 3_600_000)).toEqual([
          { at: hour, mean: 60, minimum: 40, maximum: 80, count: 3 },
          second,
        ]);
        expect(await store.buckets(range, 28_800_000)).toMatchObject([{ mean: 70, minimum: 40, count: 4 }]);
        await store.summarize(600_000, hour, hour + 600_000);
        expect(await store.buckets(range, 1_200_000)).toMatchObject([{ at: hour, mean: 70, count: 2 }]);
      },
    );

    behaves('a chart that reaches into the last day joins summaries and readings', async (store) => {
      const newest = conformanceNow();
      const hour = Math.floor((newest - 86_400_000) / 3_600_000) * 3_600_000;
      await store.write([
        storedEntry(1, heartRate(60), { capturedAt: hour - 1_800_000 }),
        storedEntry(2, heartRate(90), { capturedAt: hour + 60_000 }),
      ]);
      await store.summarize(3_600_000, hour - 3_600_000, hour);
      const range = { ...wholeDay, from: hour - 3_600_000, to: newest };
      expect((await store.buckets(range, 3_600_000)).map(({ at, mean }) => [at - hour, mean])).toEqual([
        [-3_600_000, 60],
        [0, 90],
      ]);
      expect(await store.buckets({ ...range, from: range.from + 1_000_000 }, 3_600_000)).toMatchObject([
        { at: hour - 3_600_000, mean: 60 },
        { at: hour, mean: 90 },
      ]);
    });

    behaves('of each class only what is old goes, in its own community', async (store) => {
      const old = { capturedAt: start - 60_000 };
      const elsewhere = { ...old, community: 'c2', device: 'd2' };
      const battery: Body = { type: 'reading', quantity: 'battery', value: 40, unit: '%' };
      const events = (kind: 'sos' | 'access-granted'): Body => ({ type: 'event', kind });
      await store.write([
        storedEntry(1, heartRate(60), old),
        storedEntry(2, heartRate(61)),
        storedEntry(3, battery, old),
        storedEntry(4, battery),
        storedEntry(5, events('sos'), old),
        storedEntry(6, events('access-granted'), old),
        storedEntry(7, events('access-granted')),
        storedEntry(8, heartRate(62), elsewhere),
        storedEntry(9, events('access-granted'), elsewhere),
        storedEntry(
          10,
          { type: 'position', position: { latitude: 32, longitude: 118.8, source: 'gnss' } },
          old,
        ),
      ]);
      const expire = (name: RetentionClass) => store.expire({ community: 'c1', class: name, before: start });
      const left = async () => ({
        vitals: (await store.readings({ ...wholeDay, from: 0 })).map(({ value }) => value),
        battery: (await store.readings({ ...wholeDay, from: 0, quantity: 'battery' })).length,
        events: (await store.events({ device: 'd1', limit: 10 })).map(({ position }) => position).sort(),
      });
      await expire('access');
      expect(await left()).toEqual({ vitals: [60, 61], battery: 2, events: [5, 7] });
      await expire('vitals');
      expect(await left()).toEqual({ vitals: [61], battery: 2, events: [5, 7] });
      await expire('telemetry');
      expect(await left()).toEqual({ vitals: [61], battery: 1, events: [5, 7] });
      for (const name of ['location', 'summaries'] as const) await expire(name);
      expect(await left()).toEqual({ vitals: [61], battery: 1, events: [5, 7] });
      await expire('alarms');
      expect(await left()).toEqual({ vitals: [61], battery: 1, events: [7] });
      expect(await store.readings({ ...wholeDay, device: 'd2', from: 0 })).toHaveLength(1);
      expect(await store.events({ device: 'd2', limit: 10 })).toHaveLength(1);
    });
  });
}
