import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import { identityOf } from '#contracts/journal-entry.ts';
import {
  exampleAlarmRecord,
  exampleTelemetryRecord,
  lateAfterMs,
  type WireRecord,
} from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { openSqliteStore } from '#ingest/store/sqlite/sqlite-store.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openRoadOfParts, type RoadOfParts } from '#tests/road-of-parts.ts';

/** Two starts of one agent; each lane of each is a stream of its own. */
const epochs = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'];
const streams = epochs.flatMap((epoch) =>
  (['alarm', 'telemetry'] as const).map((lane) => ({ epoch, lane, length: lane === 'alarm' ? 6 : 30 })),
);
type Stream = (typeof streams)[number];
const minute = 60_000;

/** What a gateway puts on the wire at once: sequences in any order, some again, and what becomes of it. */
const transmission = fc.record({
  stream: fc.constantFrom(...streams),
  picks: fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }),
  /** The first lets ingest commit before the next comes; the last starts ingest anew. */
  fate: fc.constantFrom('commits', 'commits', 'goes on', 'follows', 'is lost', 'restarts'),
});

/** When each reading was captured, minutes ago, no two alike: the clock was corrected in between, back and forth. */
const captures = fc.shuffledSubarray(
  Array.from({ length: 60 }, (_, index) => index + 1),
  { minLength: 60, maxLength: 60 },
);

function recordOf({ epoch, lane }: Stream, sequence: number, agesMinutes: readonly number[], now: number) {
  const index = epochs.indexOf(epoch);
  const age = (lane === 'telemetry' ? (agesMinutes[index * 30 + sequence - 1] ?? 0) : sequence) * minute;
  const example: WireRecord = lane === 'alarm' ? exampleAlarmRecord : exampleTelemetryRecord;
  const { origin: _origin, observedAt: _observedAt, ...record } = example;
  const body =
    lane === 'alarm' ? record.body : { ...exampleTelemetryRecord.body, value: 40 + index * 30 + sequence };
  return { ...record, body, epoch, sequence, heldMs: age, capturedAt: toTimestamp(now - age) };
}

/** Sequences taken in, as the journal holds them, by stream. */
function taken(road: RoadOfParts): Map<string, Set<number>> {
  const all = new Map<string, Set<number>>();
  for (const entry of road.journal()) {
    if (entry.class !== 'record') continue;
    const name = `${entry.epoch}/${entry.lane}`;
    all.set(name, (all.get(name) ?? new Set()).add(entry.sequence));
  }
  return all;
}

test('in whatever order, split or doubled a gateway’s records come, each stands once and the newest is the latest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transmission, { maxLength: 25 }), captures, async (transmissions, ages) => {
      const acks = new Map<string, number>();
      const passedHoles: string[] = [];
      const road = await openRoadOfParts(({ epoch, lane, sequence }) => {
        const name = `${epoch}/${lane}`;
        const stands = taken(road).get(name) ?? new Set();
        for (let each = 1; each <= sequence; each++)
          if (!stands.has(each)) passedHoles.push(`${name} ${sequence} passes ${each}`);
        if (sequence < (acks.get(name) ?? 0)) passedHoles.push(`${name} falls to ${sequence}`);
        acks.set(name, sequence);
      });
      try {
        const { time } = road.clock;
        const send = (stream: Stream, sequences: readonly number[]) =>
          road.send(
            stream.lane,
            sequences.map((sequence) => recordOf(stream, sequence, ages, time)),
          );
        for (const { stream, picks, fate } of transmissions) {
          if (fate === 'is lost') continue;
          send(
            stream,
            picks.map((pick) => 1 + (pick % stream.length)),
          );
          if (fate !== 'goes on') await road.commitBatch();
          if (fate === 'follows') await road.follow();
          if (fate === 'restarts') road.restartIngest();
        }
        // As a gateway does until all is acknowledged: everything above the acknowledged sequence.
        for (const stream of streams) {
          const from = acks.get(`${stream.epoch}/${stream.lane}`) ?? 0;
          const rest = Array.from({ length: stream.length - from }, (_, index) => from + 1 + index);
          if (rest.length > 0) send(stream, rest);
        }
        await road.commitBatch();
        await road.follow();

        expect(passedHoles).toEqual([]);
        for (const { epoch, lane, length } of streams) expect(acks.get(`${epoch}/${lane}`)).toBe(length);
        await expectEachOnce(road);
        await expectNewestIsLatest(road, ages);
      } finally {
        await road.close();
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);

async function expectEachOnce(road: RoadOfParts): Promise<void> {
  const expected = (of: Lane[]) =>
    streams
      .filter(({ lane }) => of.includes(lane))
      .flatMap(({ epoch, lane, length }) =>
        Array.from({ length }, (_, index) =>
          identityOf({ community: 'c1', gateway: 'gw1', epoch, lane, sequence: index + 1 }),
        ),
      )
      .sort();
  const records = road.journal().filter((entry) => entry.class === 'record');
  expect(records.map(identityOf).sort()).toEqual(expected(['alarm', 'telemetry']));
  expect(
    road
      .warnings()
      .map(({ record }) => record && identityOf(record))
      .sort(),
  ).toEqual(expected(['alarm']));
  const { reader } = road.dispatch;
  const all = await reader.list('c1', { limit: 100, resolvedSince: 0 });
  const timelines = (await Promise.all(all.map(({ id }) => reader.timeline(id)))).flat();
  const alarms = timelines.filter(({ type }) => type === 'alarm').map(({ record }) => record);
  expect(alarms.sort()).toEqual(expected(['alarm']));
}

/** By corrected capture, on pages and in the store alike. */
async function expectNewestIsLatest(road: RoadOfParts, ages: readonly number[]): Promise<void> {
  const age = Math.min(...ages);
  const newest = { value: 41 + ages.indexOf(age), unit: '/min' };
  const capturedAt = road.clock.time - age * minute;
  expect(road.live('watch-0')?.latest['heart-rate']).toEqual({ capturedAt, ...newest });
  const db = openSqlite(':memory:');
  const store = openSqliteStore(db, () => road.clock.time);
  // Newest first: the order of writing must not matter either.
  await store.write(road.journal().reverse());
  expect(await store.latest({ community: 'c1', device: 'watch-0' })).toEqual([
    {
      quantity: 'heart-rate',
      at: capturedAt,
      ...newest,
      plausible: true,
      late: age * minute > lateAfterMs,
    },
  ]);
  db.close();
}
