import { expect } from 'vitest';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import type { IncidentEntry, JournalEntry } from '#contracts/journal-entry.ts';
import { type CountRange, maxCounts } from '#contracts/telemetry-reader.ts';
import { start, storedEntry } from '../testing/stored-entries.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** Names that end a text, a statement, a line, a tag or a pattern somewhere. */
const hostileNames = [
  `3'栋`,
  `3"栋`,
  `'; DROP MEASUREMENT incident; --`,
  `x' OR '1'='1`,
  'ends in a backslash\\',
  'a\\,level=red',
  'comma, space, =equals=',
  'line\nbreak',
  'carriage\r\nreturn',
  'tab\tulator',
  '$community',
  '%_*?[0-9]',
  '/.*/',
  '三栋·Ω🏠é',
];

/** What every engine must do for those who ask how many. */
export function describeCounts(
  behaves: (sentence: string, check: (store: TelemetryStore) => Promise<void>) => void,
): void {
  const all = { community: 'c1', from: start, to: start + 86_400_000 };
  const byBuilding = { of: 'incidents', by: 'building', ...all } as const;
  const change = (
    position: number,
    part: Partial<IncidentEntry> & { receivedAt?: number } = {},
  ): JournalEntry => ({
    position,
    receivedAt: start + position,
    class: 'incident',
    community: 'c1',
    incident: `i-${position}`,
    change: position,
    transition: 'opened',
    warnings: [],
    kind: 'sos',
    level: 'red',
    drill: false,
    ...part,
  });

  behaves('incidents are counted once each, as they open, by building, kind and level', async (store) => {
    await store.write([
      change(1, { building: 'b1' }),
      change(2, { building: 'b1', incident: 'i-1', transition: 'acknowledged', responseMs: 5000 }),
      change(3, { building: 'b2', kind: 'smoke' }),
      change(4, { building: 'b2', kind: 'door-forced', level: 'orange' }),
      change(5, { kind: 'smoke' }),
      change(6, { building: 'b1', drill: true }),
      change(7, { building: 'b1', community: 'c2' }),
    ]);
    expect(await store.counts(byBuilding)).toEqual([
      { name: 'b2', count: 2 },
      { count: 1 },
      { name: 'b1', count: 1 },
    ]);
    expect(await store.counts({ ...byBuilding, by: 'kind' })).toEqual([
      { name: 'smoke', count: 2 },
      { name: 'door-forced', count: 1 },
      { name: 'sos', count: 1 },
    ]);
    expect(await store.counts({ ...byBuilding, by: 'level' })).toEqual([
      { name: 'red', count: 3 },
      { name: 'orange', count: 1 },
    ]);
    expect(await store.counts({ ...byBuilding, by: 'kind', only: { building: 'b2', level: 'red' } })).toEqual(
      [{ name: 'smoke', count: 1 }],
    );
    expect(await store.counts({ ...byBuilding, community: 'c3' })).toEqual([]);
  });

  behaves('events are counted as they begin, by kind and level', async (store) => {
    const event = (position: number, kind: EventKind, part: { active?: boolean; at?: number } = {}) =>
      storedEntry(
        position,
        { type: 'event', kind, ...(part.active !== undefined && { active: part.active }) },
        { capturedAt: start + (part.at ?? 0) },
      );
    await store.write([
      event(1, 'sos'),
      event(2, 'sos', { active: false, at: 1000 }),
      event(3, 'doorbell'),
      event(4, 'doorbell', { at: 500 }),
      event(5, 'doorbell', { at: -1 }),
      event(6, 'doorbell', { at: 86_400_000 }),
    ]);
    expect(await store.counts({ of: 'events', by: 'kind', ...all })).toEqual([
      { name: 'doorbell', count: 2 },
      { name: 'sos', count: 1 },
    ]);
    expect(await store.counts({ of: 'events', by: 'level', ...all })).toEqual([
      { count: 2 },
      { name: 'red', count: 1 },
    ]);
  });

  behaves('names of any characters are counted, told back and asked for as they are', async (store) => {
    const refused = await store.write(
      hostileNames.flatMap((name, index) => [
        change(index + 1, { building: name, kind: name, level: name }),
        change(index + 101, { community: name, building: 'b1' }),
      ]),
    );
    expect(refused).toEqual([]);
    const each = hostileNames.map((name) => ({ name, count: 1 }));
    for (const by of ['building', 'kind', 'level'] as const) {
      const counts = await store.counts({ ...byBuilding, by });
      expect(counts.toSorted(byName)).toEqual(each.toSorted(byName));
      for (const name of hostileNames) {
        expect(await store.counts({ ...byBuilding, by, only: { [by]: name } })).toEqual([{ name, count: 1 }]);
      }
    }
    for (const community of hostileNames) {
      expect(await store.counts({ ...byBuilding, community })).toEqual([{ name: 'b1', count: 1 }]);
    }
    expect(await store.counts({ ...byBuilding, only: { building: `${hostileNames[0]} ` } })).toEqual([]);
  });

  behaves('what counts are told apart by is one of ours', async (store) => {
    const asked = { ...byBuilding, by: `kind" FROM event; --` } as unknown as CountRange;
    await expect(async () => store.counts(asked)).rejects.toThrow(RangeError);
    const ofEvents = { ...byBuilding, of: 'events' } as unknown as CountRange;
    await expect(async () => store.counts(ofEvents)).rejects.toThrow('events are not counted by building');
  });

  behaves('of more names than an answer holds the most frequent come', async (store) => {
    const names = Array.from({ length: maxCounts + 1 }, (_, index) => `b${index}`);
    const last = names.at(-1) as string;
    await store.write([...names, last].map((building, index) => change(index + 1, { building })));
    const counts = await store.counts(byBuilding);
    expect(counts).toHaveLength(maxCounts);
    expect(counts[0]).toEqual({ name: last, count: 2 });
  });
}

function byName(a: { name?: string }, b: { name?: string }): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}
