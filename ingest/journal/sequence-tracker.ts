import type { DatabaseSync } from 'node:sqlite';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import type { Held } from '#contracts/gateway-messages.ts';
import { type AlarmDigests, createAlarmDigests } from './alarm-digests.ts';
import { markReceived, type Receipt, type Stream } from './stream.ts';

/** A stream with whose it is and since when it is known, epoch ms. */
export interface TrackedStream extends Stream {
  readonly community: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly lane: Lane;
  readonly firstAt: number;
  touchedAt: number;
}

/** Names a stream. */
export type StreamKey = Pick<TrackedStream, 'community' | 'gateway' | 'epoch' | 'lane'>;

/** Streams kept of one gateway; beyond, the one longest untouched is forgotten. */
export const maxStreamsPerGateway = 512;

/** A past epoch's stream is forgotten when its gateway no longer lists it and it is older than this. */
export const forgetAfterMs = 7 * 86_400_000;

/**
 * All streams, in memory and in journal.db. Changes are made between `begin` and `settle` of the
 * journal's transaction that holds the records they speak of.
 */
export interface SequenceTracker {
  readonly alarmDigests: AlarmDigests;
  /** Marks sequences as received; the stream begins with its first record. */
  markReceived(key: StreamKey, from: number, to: number, at: number): Receipt;
  find(key: StreamKey): TrackedStream | undefined;
  /** Streams of a gateway, last touched first. */
  ofGateway(community: string, gateway: string): TrackedStream[];
  /** Forgets past epochs that the gateway no longer holds anything of. @returns Streams forgotten. */
  prune(community: string, gateway: string, held: readonly Held[], at: number): number;
  /** Writes what changed; the last step inside the transaction. */
  save(): void;
  /** Ends a transaction: keeps the changes, or puts back what was before. */
  settle(committed: boolean): void;
}

/** Opens the streams of journal.db. */
export function openSequenceTracker(db: DatabaseSync): SequenceTracker {
  const gateways = new Map<string, Map<string, TrackedStream>>();
  /** What touched streams were before the transaction in hand; undefined for those it began. */
  const before = new Map<TrackedStream, TrackedStream | undefined>();
  const forgotten: TrackedStream[] = [];
  const upsert = db.prepare(
    `INSERT INTO stream (community, gateway, epoch, lane, acknowledged, ranges, first_at, touched_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET acknowledged = excluded.acknowledged, ranges = excluded.ranges,
       touched_at = excluded.touched_at`,
  );
  const remove = db.prepare(
    'DELETE FROM stream WHERE community = ? AND gateway = ? AND epoch = ? AND lane = ?',
  );

  const streamsOf = (community: string, gateway: string) => {
    const name = `${community}/${gateway}`;
    const known = gateways.get(name);
    if (known) return known;
    const fresh = new Map<string, TrackedStream>();
    gateways.set(name, fresh);
    return fresh;
  };
  const forget = (stream: TrackedStream) => {
    streamsOf(stream.community, stream.gateway).delete(`${stream.epoch}/${stream.lane}`);
    forgotten.push(stream);
    remove.run(stream.community, stream.gateway, stream.epoch, stream.lane);
  };
  const streamOf = ({ community, gateway, epoch, lane }: StreamKey, at: number): TrackedStream => {
    const streams = streamsOf(community, gateway);
    const known = streams.get(`${epoch}/${lane}`);
    if (known) return known;
    if (streams.size >= maxStreamsPerGateway) forget(oldestOf(streams.values()));
    const begun: TrackedStream = {
      community,
      gateway,
      epoch,
      lane,
      acknowledged: 0,
      ranges: [],
      firstAt: at,
      touchedAt: at,
    };
    streams.set(`${epoch}/${lane}`, begun);
    before.set(begun, undefined);
    return begun;
  };

  for (const row of db.prepare('SELECT * FROM stream').all()) {
    const stream = streamOfRow(row);
    streamsOf(stream.community, stream.gateway).set(`${stream.epoch}/${stream.lane}`, stream);
  }

  return {
    alarmDigests: createAlarmDigests(),
    markReceived: (key, from, to, at) => {
      const stream = streamOf(key, at);
      if (!before.has(stream))
        before.set(stream, { ...stream, ranges: stream.ranges.map(([a, b]) => [a, b]) });
      stream.touchedAt = at;
      return markReceived(stream, from, to);
    },
    find: ({ community, gateway, epoch, lane }) =>
      gateways.get(`${community}/${gateway}`)?.get(`${epoch}/${lane}`),
    ofGateway: (community, gateway) =>
      [...streamsOf(community, gateway).values()].sort((a, b) => b.touchedAt - a.touchedAt),
    prune: (community, gateway, held, at) => {
      const streams = [...streamsOf(community, gateway).values()];
      // The newest epoch is the agent that runs: it may stay silent for longer and then go on counting.
      const running = streams.reduce<TrackedStream | undefined>(
        (newest, stream) => (newest && newest.firstAt >= stream.firstAt ? newest : stream),
        undefined,
      )?.epoch;
      const gone = streams.filter(
        ({ epoch, lane, touchedAt }) =>
          epoch !== running &&
          touchedAt < at - forgetAfterMs &&
          !held.some((one) => one.epoch === epoch && one.lane === lane),
      );
      gone.forEach(forget);
      return gone.length;
    },
    save: () => {
      for (const stream of before.keys()) {
        if (forgotten.includes(stream)) continue;
        const { community, gateway, epoch, lane, acknowledged, ranges, firstAt, touchedAt } = stream;
        upsert.run(community, gateway, epoch, lane, acknowledged, JSON.stringify(ranges), firstAt, touchedAt);
      }
    },
    settle: (committed) => {
      if (!committed) {
        for (const [stream, was] of before) {
          if (was) Object.assign(stream, was);
          else streamsOf(stream.community, stream.gateway).delete(`${stream.epoch}/${stream.lane}`);
        }
        for (const stream of forgotten) {
          if (before.has(stream) && !before.get(stream)) continue;
          streamsOf(stream.community, stream.gateway).set(`${stream.epoch}/${stream.lane}`, stream);
        }
      }
      before.clear();
      forgotten.length = 0;
    },
  };
}

function oldestOf(streams: Iterable<TrackedStream>): TrackedStream {
  return [...streams].reduce((oldest, stream) => (stream.touchedAt < oldest.touchedAt ? stream : oldest));
}

function streamOfRow(row: Record<string, unknown>): TrackedStream {
  return {
    community: String(row.community),
    gateway: String(row.gateway),
    epoch: String(row.epoch),
    lane: row.lane as Lane,
    acknowledged: Number(row.acknowledged),
    ranges: JSON.parse(String(row.ranges)),
    firstAt: Number(row.first_at),
    touchedAt: Number(row.touched_at),
  };
}
