import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';
import {
  forgetAfterMs,
  maxStreamsPerGateway,
  openSequenceTracker,
  type SequenceTracker,
} from './sequence-tracker.ts';

const day = 86_400_000;
const epochOf = (index: number) => index.toString(16).padStart(16, '0');
const key = (index: number, lane: 'alarm' | 'telemetry' = 'alarm') => ({
  community: 'c1',
  gateway: 'gw1',
  epoch: epochOf(index),
  lane,
});

let db: DatabaseSync;
let tracker: SequenceTracker;

const commit = <T>(work: () => T): T => {
  const result = transaction(db, () => {
    const done = work();
    tracker.save();
    return done;
  });
  tracker.settle(true);
  return result;
};
const epochs = (of = tracker) => of.ofGateway('c1', 'gw1').map(({ epoch }) => Number.parseInt(epoch, 16));

beforeEach(() => {
  db = openSqlite(':memory:');
  migrate(db, 'journal', journalMigrations);
  tracker = openSequenceTracker(db);
});

test('what was committed is found again, what was not is as it was', () => {
  commit(() => tracker.markReceived(key(1), 1, 3, 1000));
  commit(() => tracker.markReceived(key(1), 7, 8, 1000));
  tracker.markReceived(key(1), 4, 6, 2000);
  tracker.markReceived(key(2), 1, 1, 2000);
  tracker.settle(false);
  const kept = { acknowledged: 3, ranges: [[7, 8]], touchedAt: 1000 };
  expect(tracker.find(key(1))).toMatchObject(kept);
  expect(tracker.find(key(2))).toBeUndefined();
  expect(openSequenceTracker(db).find(key(1))).toMatchObject(kept);
});

test('past epochs that a gateway no longer lists are forgotten after seven days, the newest never', () => {
  commit(() => {
    for (const index of [1, 2, 3]) tracker.markReceived(key(index), 1, 1, index);
    tracker.markReceived(key(4), 1, 1, 6 * day);
    tracker.markReceived(key(5), 1, 1, 7);
  });
  commit(() => tracker.markReceived(key(6), 1, 1, day));
  const held = [{ epoch: epochOf(2), lane: 'alarm', oldest: 2, newest: 2 } as const];
  const at = forgetAfterMs + 30 * day;
  expect(commit(() => tracker.prune('c1', 'gw1', held, at))).toBe(4);
  expect(epochs().sort()).toEqual([2, 4]);
  expect(epochs(openSequenceTracker(db)).sort()).toEqual([2, 4]);
});

test('beyond the streams kept of a gateway the one longest untouched is forgotten', () => {
  commit(() => {
    for (let index = 0; index <= maxStreamsPerGateway; index++) tracker.markReceived(key(index), 1, 1, index);
  });
  expect(tracker.ofGateway('c1', 'gw1')).toHaveLength(maxStreamsPerGateway);
  expect(tracker.find(key(0))).toBeUndefined();
  expect(openSequenceTracker(db).find(key(0))).toBeUndefined();
});

test('a stream forgotten in a transaction that fails is known as before', () => {
  commit(() => tracker.markReceived(key(1), 1, 5, 0));
  commit(() => tracker.markReceived(key(2), 1, 1, 1));
  expect(tracker.prune('c1', 'gw1', [], forgetAfterMs + day)).toBe(1);
  tracker.markReceived(key(1), 1, 1, forgetAfterMs + day);
  tracker.settle(false);
  expect(tracker.find(key(1))?.acknowledged).toBe(5);
});
