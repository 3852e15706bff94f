import { expect } from 'vitest';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import { start, storedEntry } from '../testing/stored-entries.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** What every engine must do for those who read events of a time from the first to the last. */
export function describeEventRange(
  behaves: (sentence: string, check: (store: TelemetryStore) => Promise<void>) => void,
): void {
  const event = (position: number, at: number, part: { kind?: EventKind; community?: string } = {}) =>
    storedEntry(
      position,
      { type: 'event', kind: part.kind ?? 'doorbell' },
      { capturedAt: start + at, ...(part.community && { community: part.community }) },
    );
  const range = { community: 'c1', from: start, to: start + 10 };

  behaves(
    'events of a time are of one community, oldest first, with its beginning and not its end',
    async (store) => {
      await store.write([
        event(1, 9),
        event(2, 0),
        event(3, 10),
        event(4, -1),
        event(5, 5, { community: 'c2' }),
        event(6, 5),
      ]);
      const events = await store.eventsBetween(range, 100);
      expect(events.map(({ position, at }) => [position, at - start])).toEqual([
        [2, 0],
        [6, 5],
        [1, 9],
      ]);
    },
  );

  behaves('events of a time are read in pages, none twice and none left out', async (store) => {
    const times = [1, 1, 1, 2, 3, 3, 7];
    await store.write(times.map((at, index) => event(2_000_001 + index, at)));
    expect(await readInPages(store, 2)).toEqual(times.map((_, index) => 2_000_001 + index));
    expect(await readInPages(store, 3)).toHaveLength(times.length);
  });

  behaves('events of a time are of some kinds alone where these are asked for', async (store) => {
    await store.write([
      event(1, 1, { kind: 'access-granted' }),
      event(2, 2, { kind: 'sos' }),
      event(3, 3, { kind: 'door-forced' }),
    ]);
    const kinds = ['access-granted', 'door-forced'];
    const events = await store.eventsBetween({ ...range, kinds }, 100);
    expect(events.map(({ kind }) => kind)).toEqual(kinds);
    expect(await store.eventsBetween({ ...range, kinds }, 100, events[0])).toEqual(events.slice(1));
  });

  behaves('readings are as many as asked for, the oldest ones', async (store) => {
    const heartRate = (value: number) =>
      ({ type: 'reading', quantity: 'heart-rate', value, unit: '/min' }) as const;
    await store.write(
      [62, 60, 61].map((value) => storedEntry(value, heartRate(value), { capturedAt: start + value })),
    );
    const ofWatch = { community: 'c1', device: 'd1', quantity: 'heart-rate', from: start, to: start + 1000 };
    expect((await store.readings(ofWatch, 2)).map(({ value }) => value)).toEqual([60, 61]);
  });

  async function readInPages(store: TelemetryReader, size: number): Promise<number[]> {
    const positions: number[] = [];
    let page = await store.eventsBetween(range, size);
    while (page.length > 0) {
      positions.push(...page.map(({ position }) => position));
      page = await store.eventsBetween(range, size, page.at(-1));
    }
    return positions;
  }
}
