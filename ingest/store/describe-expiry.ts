import { expect } from 'vitest';
import { type EventKind, eventKinds } from '#contracts/facts/event-kinds.ts';
import { quantities } from '#contracts/facts/quantities.ts';
import { type RetentionClass, retentionClassNames } from '#contracts/facts/retention.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { Body } from '#contracts/record-body.ts';
import { toTimestamp } from '#contracts/time.ts';
import { heartRate, start, storedEntry, wholeDay } from '../testing/stored-entries.ts';
import type { StorePoint } from './store-point.ts';
import type { Expiry, TelemetryStore } from './telemetry-store.ts';

/** A test of a store, with how many points it holds of everything that it writes. */
export type StoreCheck = (store: TelemetryStore, points: () => Promise<number>) => Promise<void>;

const position: Body = { type: 'position', position: { latitude: 32, longitude: 118.8, source: 'gnss' } };
const base = { position: 1, receivedAt: start, community: 'c1' } as const;

/** Of each point that the store writes an entry that makes it, and what ends it. */
const examples: Record<StorePoint['type'], { entry: JournalEntry; ends: Expiry['class'] }> = {
  reading: { entry: storedEntry(1, heartRate(60)), ends: 'vitals' },
  position: { entry: storedEntry(1, position), ends: 'location' },
  event: { entry: storedEntry(1, { type: 'event', kind: 'sos' }), ends: 'alarms' },
  gap: { entry: storedEntry(1, { type: 'gap', from: 1, reason: 'quota' }), ends: 'alarms' },
  incident: {
    entry: {
      ...{ ...base, class: 'incident', incident: 'i-1', change: 1, transition: 'opened' },
      ...{ warnings: [], kind: 'sos', level: 'red', drill: false },
    },
    ends: 'alarms',
  },
  gateway: {
    entry: { ...base, class: 'gateway', gateway: 'gw1', status: 'heartbeat', session: '0123456789abcdef' },
    ends: 'telemetry',
  },
  metric: {
    entry: {
      ...{ position: 1, receivedAt: start, class: 'metrics', process: 'ingest' },
      values: [{ name: 'ingest_store_lag', value: 1 }],
    },
    ends: 'metrics',
  },
};

/** What every engine that removes must do with each thing that it writes. */
export function describeExpiry(behaves: (sentence: string, check: StoreCheck) => void): void {
  const expire = (store: TelemetryStore, name: Expiry['class'], before: number) =>
    store.expire(name === 'metrics' ? { class: name, before } : { class: name, community: 'c1', before });
  const classes = [...retentionClassNames, 'metrics'] as const;

  for (const [type, { entry, ends }] of Object.entries(examples)) {
    behaves(
      `a ${type} goes when ${ends} are no longer kept, and with nothing else`,
      async (store, points) => {
        await store.write([entry]);
        const [written, after] = [await points(), start + 3_600_000];
        expect(written).toBeGreaterThan(0);
        for (const name of classes) if (name !== ends) await expire(store, name, after);
        await expire(store, ends, start);
        expect(await points()).toBe(written);
        await expire(store, ends, after);
        expect(await points()).toBe(0);
      },
    );
  }

  behaves(
    'every kind of event, every quantity and what came of commands have an end',
    async (store, points) => {
      const bodies: Body[] = [
        ...(Object.keys(eventKinds) as EventKind[]).map((kind) => ({ type: 'event', kind }) as const),
        ...Object.entries(quantities).map(
          ([quantity, { unit }]) => ({ type: 'reading', quantity, value: 1, unit }) as Body,
        ),
        { type: 'command-result', command: `c-${'0'.repeat(36)}`, result: 'done' },
        {
          ...{ type: 'waveform', quantity: 'ecg-of-another-maker', start: toTimestamp(start) },
          ...{ rateHz: 250, unit: 'mV', samples: [0.1, 0.2] },
        },
      ];
      await store.write(bodies.map((body, index) => storedEntry(index + 1, body)));
      expect(await points()).toBe(bodies.length + 1);
      const hour = Math.floor(start / 3_600_000) * 3_600_000;
      await store.summarize(3_600_000, hour, hour + 3_600_000);
      expect(await points()).toBeGreaterThan(bodies.length + 1);
      for (const name of classes) await expire(store, name, start + 3_600_000);
      expect(await points()).toBe(0);
    },
  );

  behaves('metrics of the platform go by their age alone, those of every series', async (store, points) => {
    const metrics = (at: number, process: 'ingest' | 'broker', ...names: string[]): JournalEntry => ({
      ...{ position: 1, receivedAt: at, class: 'metrics', process },
      values: names.flatMap((name) => [
        { name, value: 1 },
        { name, labels: 'a/b', value: 2 },
      ]),
    });
    const names = Array.from({ length: 60 }, (_, index) => `figure_${index}`);
    await store.write([
      metrics(start - 1, 'ingest', ...names),
      metrics(start - 1, 'broker', 'lag'),
      metrics(start, 'ingest', 'lag', 'figure_1'),
    ]);
    await store.expire({ class: 'metrics', before: start });
    expect(await points()).toBe(4);
  });

  behaves(
    'of each class only what is old goes, of its own community’s devices and not of those of the same id',
    async (store) => {
      const old = { capturedAt: start - 60_000 };
      const elsewhere = { ...old, community: 'c2' };
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
        events: (await store.events({ of: { community: 'c1', device: 'd1' }, limit: 10 }))
          .map(({ position }) => position)
          .sort(),
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
      expect(await store.readings({ ...wholeDay, community: 'c2', from: 0 })).toHaveLength(1);
      expect(await store.events({ of: { community: 'c2', device: 'd1' }, limit: 10 })).toHaveLength(1);
    },
  );
}

/** What an engine must do that cannot remove by time and tag. */
export function describeLeavingAll(behaves: (sentence: string, check: StoreCheck) => void): void {
  behaves('what is old is left to the server, which is said, and nothing goes', async (store, points) => {
    await store.write(Object.values(examples).map(({ entry }, index) => ({ ...entry, position: index + 1 })));
    const before = start + 3_600_000;
    for (const name of retentionClassNames) {
      await expect(store.expire({ class: name, community: 'c1', before })).rejects.toMatchObject({
        code: 'INGEST_STORE_KEEPS_ALL',
      });
    }
    await expect(store.expire({ class: 'metrics', before })).rejects.toMatchObject({
      code: 'INGEST_STORE_KEEPS_ALL',
    });
    expect(await points()).toBe(Object.keys(examples).length);
  });
}
