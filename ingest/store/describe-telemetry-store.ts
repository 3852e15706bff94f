import { describe, expect, test } from 'vitest';
import { toTimestamp } from '#contracts/time.ts';
import { heartRate, start, storedEntry, wholeDay } from '../testing/stored-entries.ts';
import { describeCounts } from './describe-counts.ts';
import { describeEventRange } from './describe-event-range.ts';
import type { StoreCheck } from './describe-expiry.ts';
import { describeLateReadings } from './describe-late-readings.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/**
 * What every engine must do.
 *
 * @param use Opens a fresh, empty store, tells what it holds, and closes it when the test is over.
 */
export function describeTelemetryStore(name: string, use: (check: StoreCheck) => Promise<void>): void {
  const behaves = (sentence: string, check: (store: TelemetryStore) => Promise<void>) =>
    test(sentence, () => use(check));

  describe(`telemetry store on ${name}`, () => {
    describeEventRange(behaves);
    describeCounts(behaves);
    describeLateReadings(behaves);

    behaves('a reading comes back as it was written', async (store) => {
      await store.write([storedEntry(1, heartRate(72), { late: true })]);
      expect(await store.readings(wholeDay)).toEqual([
        { at: start, value: 72, unit: '/min', plausible: true, late: true },
      ]);
    });

    behaves('writing the same entries again changes nothing', async (store) => {
      const entries = [
        storedEntry(1, heartRate(72)),
        storedEntry(2, { type: 'event', kind: 'sos' }),
        storedEntry(3, { type: 'event', kind: 'sos', active: false }),
      ];
      for (const _ of [1, 2, 3]) await store.write(entries);
      expect(await store.readings(wholeDay)).toHaveLength(1);
      expect(await store.events({ limit: 10 })).toHaveLength(2);
    });

    behaves('records of one device and millisecond stay apart', async (store) => {
      await store.write([1, 2, 3].map((position) => storedEntry(position, { type: 'event', kind: 'sos' })));
      await store.write([4, 5].map((position) => storedEntry(position, heartRate(position * 20))));
      expect((await store.events({ limit: 10 })).map((event) => event.position)).toEqual([3, 2, 1]);
      expect((await store.readings(wholeDay)).map((reading) => reading.value)).toEqual([80, 100]);
    });

    behaves(
      'what a device held back stands where the device measured it, if its clock can be believed',
      async (store) => {
        const heldBack = (position: number, value: number, observedAt: number) =>
          storedEntry(position, heartRate(value), {
            capturedAt: start + 7_200_000,
            observedAt,
            historical: true,
            late: true,
          });
        await store.write([
          heldBack(1, 61, start + 60_000),
          heldBack(2, 62, start + 9_000_000),
          heldBack(3, 63, Date.UTC(2015, 0, 1)),
          storedEntry(4, heartRate(64), { capturedAt: start + 7_200_000, observedAt: start + 60_000 }),
        ]);
        expect((await store.readings(wholeDay)).map(({ at, value }) => [at - start, value])).toEqual([
          [60_000, 61],
          [7_200_000, 62],
          [7_200_000, 63],
          [7_200_000, 64],
        ]);
        expect(await store.latest({ community: 'c1', device: 'd1' })).toMatchObject([
          { at: start + 7_200_000 },
        ]);
      },
    );

    behaves('latest is by time of capture, whatever the order of writing, and plausible', async (store) => {
      await store.write([
        storedEntry(1, heartRate(71), { capturedAt: start + 2000 }),
        storedEntry(2, heartRate(70), { capturedAt: start + 1000 }),
        storedEntry(3, heartRate(999), { capturedAt: start + 3000 }),
        storedEntry(4, { type: 'reading', quantity: 'battery', value: 40, unit: '%' }),
        storedEntry(5, { type: 'reading', quantity: 'battery', value: 41, unit: '%' }, { device: 'd2' }),
      ]);
      expect(await store.latest({ community: 'c1', device: 'd1' })).toEqual([
        { quantity: 'battery', at: start, value: 40, unit: '%', plausible: true, late: false },
        {
          quantity: 'heart-rate',
          at: start + 2000,
          value: 71,
          unit: '/min',
          plausible: true,
          late: false,
        },
      ]);
      expect(await store.latest({ community: 'c1', device: 'nobody' })).toEqual([]);
    });

    behaves('two communities may have a device of one id: each reads its own', async (store) => {
      const there = { community: 'c2' };
      await store.write([
        storedEntry(1, heartRate(60)),
        storedEntry(2, heartRate(90), there),
        storedEntry(3, { type: 'event', kind: 'sos' }),
        storedEntry(4, { type: 'event', kind: 'fall' }, there),
      ]);
      for (const [community, value, kind] of [
        ['c1', 60, 'sos'],
        ['c2', 90, 'fall'],
      ] as const) {
        const of = { community, device: 'd1' };
        expect(await store.readings({ ...wholeDay, community })).toMatchObject([{ value }]);
        expect(await store.latest(of)).toMatchObject([{ value }]);
        expect(await store.events({ of, limit: 10 })).toMatchObject([{ community, kind }]);
        expect(await store.buckets({ ...wholeDay, community }, 60_000)).toMatchObject([
          { mean: value, count: 1 },
        ]);
      }
    });

    behaves('a range holds its beginning and not its end', async (store) => {
      const times = [0, 1000, 2000, 3000];
      await store.write(
        times.map((offset, index) =>
          storedEntry(index + 1, heartRate(60 + index), { capturedAt: start + offset }),
        ),
      );
      const range = { ...wholeDay, from: start + 1000, to: start + 3000 };
      expect((await store.readings(range)).map((reading) => reading.value)).toEqual([61, 62]);
    });

    behaves('buckets tell mean, minimum, maximum and count of what is plausible', async (store) => {
      const values = [60, 80, 999, 70];
      const offsets = [0, 59_999, 30_000, 120_000];
      await store.write(
        values.map((value, index) =>
          storedEntry(index + 1, heartRate(value), { capturedAt: start + (offsets[index] ?? 0) }),
        ),
      );
      expect(await store.buckets(wholeDay, 60_000)).toEqual([
        { at: start, mean: 70, minimum: 60, maximum: 80, count: 2 },
        { at: start + 120_000, mean: 70, minimum: 70, maximum: 70, count: 1 },
      ]);
    });

    behaves('an event keeps what lists need, and nothing personal', async (store) => {
      await store.write([
        storedEntry(1, {
          type: 'event',
          kind: 'access-granted',
          code: '5/75',
          credential: { means: 'face', reference: 'SECRET-1' },
          text: 'SECRET-2',
        }),
        storedEntry(
          2,
          { type: 'event', kind: 'sos', unreadable: { reason: 'SECRET-3', raw: '00ff' } },
          { possibleRepeat: true },
        ),
      ]);
      const events = await store.events({ of: { community: 'c1', device: 'd1' }, limit: 10 });
      expect(events).toEqual([
        {
          at: start,
          position: 2,
          community: 'c1',
          device: 'd1',
          kind: 'sos',
          active: true,
          late: false,
          possibleRepeat: true,
          level: 'red',
        },
        {
          at: start,
          position: 1,
          community: 'c1',
          device: 'd1',
          kind: 'access-granted',
          active: true,
          late: false,
          code: '5/75',
          means: 'face',
        },
      ]);
    });

    behaves('events are of one device where one is asked for, newest first, and limited', async (store) => {
      await store.write(
        [1, 2, 3, 4].map((position) =>
          storedEntry(
            position,
            { type: 'event', kind: 'doorbell' },
            { device: position === 2 ? 'd2' : 'd1', capturedAt: start + position },
          ),
        ),
      );
      expect(
        (await store.events({ of: { community: 'c1', device: 'd1' }, limit: 2 })).map(
          ({ position }) => position,
        ),
      ).toEqual([4, 3]);
      expect((await store.events({ limit: 3 })).map(({ position }) => position)).toEqual([4, 3, 2]);
    });

    behaves('a waveform is a reading per sample', async (store) => {
      await store.write([
        storedEntry(1, {
          type: 'waveform',
          quantity: 'ecg',
          start: toTimestamp(start),
          rateHz: 250,
          unit: 'mV',
          samples: [0.1, 0.2, 0.3],
        }),
      ]);
      const samples = await store.readings({ ...wholeDay, quantity: 'ecg' });
      expect(samples.map(({ at, value }) => [at, value])).toEqual([
        [start, 0.1],
        [start + 4, 0.2],
        [start + 8, 0.3],
      ]);
    });

    behaves('texts that are no plain words come back unchanged', async (store) => {
      const code = 'a,b=c "d" \\ 中文';
      await store.write([storedEntry(1, { type: 'event', kind: 'sos', code })]);
      expect(await store.events({ limit: 1 })).toMatchObject([{ code }]);
    });

    behaves('every kind of entry is taken, those that only tell of life without a trace', async (store) => {
      const refused = await store.write([
        storedEntry(1, { type: 'keep-alive' }),
        storedEntry(2, { type: 'gap', from: 1, reason: 'quota' }),
        storedEntry(3, { type: 'position', position: { latitude: 32, longitude: 118.8, source: 'gnss' } }),
        storedEntry(4, { type: 'command-result', command: `c-${'0'.repeat(36)}`, result: 'done' }),
        { position: 5, receivedAt: start, class: 'tick', listening: true },
        {
          position: 6,
          receivedAt: start,
          class: 'incident',
          community: 'c1',
          incident: 'i-1',
          change: 1,
          transition: 'opened',
          warnings: [],
          kind: 'sos',
          level: 'red',
          drill: false,
        },
        {
          position: 7,
          receivedAt: start,
          class: 'skipped',
          community: 'c1',
          gateway: 'gw1',
          epoch: '9f86d081884c7d65',
          from: 4,
          to: 9,
          records: 6,
        },
        {
          position: 8,
          receivedAt: start,
          class: 'gateway',
          community: 'c1',
          gateway: 'gw1',
          status: 'heartbeat',
          session: '0123456789abcdef',
          held: [],
          counters: { 'telemetry-dropped': 3 },
        },
        {
          position: 9,
          receivedAt: start,
          class: 'metrics',
          process: 'dispatch',
          values: [
            { name: 'dispatch_actions_total', labels: 'a,b=c d/done', value: 1.5 },
            { name: 'process_resident_memory_bytes', value: 104_857_600 },
          ],
        },
      ]);
      expect(refused).toEqual([]);
      expect(await store.events({ limit: 10 })).toMatchObject([{ kind: 'command-result', code: 'done' }]);
    });

    behaves('an entry of an impossible time is refused and its neighbours are stored', async (store) => {
      const far = Date.UTC(9000, 0, 1);
      const refused = await store.write([
        storedEntry(1, heartRate(60)),
        storedEntry(2, heartRate(61), { capturedAt: far }),
        storedEntry(3, heartRate(62)),
      ]);
      expect(refused.map(({ entry }) => entry.position)).toEqual([2]);
      expect((await store.readings(wholeDay)).map((reading) => reading.value)).toEqual([60, 62]);
    });
  });
}
