import { describe, expect, test } from 'vitest';
import { conformanceNow, heartRate, start, storedEntry, wholeDay } from '../testing/stored-entries.ts';
import { describeExpiry, describeLeavingAll, type StoreCheck } from './describe-expiry.ts';

/**
 * What every engine must do of summaries and expiry; `use` as in `describeTelemetryStore`.
 *
 * @param removes False where the engine leaves the end of everything to its server, and has to say so.
 */
export function describeRetention(
  name: string,
  use: (check: StoreCheck) => Promise<void>,
  { removes = true }: { removes?: boolean } = {},
): void {
  const behaves = (sentence: string, check: StoreCheck) => test(sentence, () => use(check));

  describe(`summaries and expiry on ${name}`, () => {
    if (removes) describeExpiry(behaves);
    else describeLeavingAll(behaves);
    describeSummaries(behaves);
  });
}

function describeSummaries(behaves: (sentence: string, check: StoreCheck) => void): void {
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
}
