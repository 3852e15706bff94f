import { expect, test } from 'vitest';
import type { LiveUpdate } from '#contracts/socket-events.ts';
import { createRoom, firstSequence, type RoomLimits } from './room.ts';

const started = firstSequence(1_790_000_000_000);

function roomWith(limits?: RoomLimits) {
  const sent: LiveUpdate[] = [];
  const send = (update: LiveUpdate) => void sent.push(update);
  return { sent, room: createRoom({ community: 'c1', firstSequence: started, now: () => 7, send, limits }) };
}

const change = { type: 'gateways' as const, gateways: [] };

test('sequences rise by 1 and updates after any kept one can be had again', () => {
  const { room, sent } = roomWith();
  for (let n = 0; n < 3; n++) room.publish(change);
  expect(sent.map(({ sequence }) => sequence - started)).toEqual([1, 2, 3]);
  expect(room.after(started)).toEqual(sent);
  expect(room.after(started + 2)).toEqual(sent.slice(2));
  expect(room.after(started + 3)).toEqual([]);
});

test.each([
  ['nothing yet', 0],
  ['a sequence never given', started + 4],
  ['a sequence of an earlier start', firstSequence(1_789_999_999_999)],
  ['no sequence at all', -1],
])('a page that has %s gets no updates but a snapshot', (_what, sequence) => {
  const { room } = roomWith();
  for (let n = 0; n < 3; n++) room.publish(change);
  expect(room.after(sequence)).toBeUndefined();
});

test('a room nothing happened in yet is followed from its first sequence', () => {
  const { room } = roomWith();
  expect(room.after(started)).toEqual([]);
  expect(room.after(started - 1)).toBeUndefined();
});

test.each([
  ['more updates than it keeps', { maxUpdates: 2, maxSize: 1e6 }],
  ['more text than it keeps', { maxUpdates: 1000, maxSize: 170 }],
])('of %s, the oldest go', (_what, limits) => {
  const { room } = roomWith(limits);
  for (let n = 0; n < 4; n++) room.publish(change);
  expect(room.after(started + 1)).toBeUndefined();
  expect(room.after(started + 2)).toHaveLength(2);
});
