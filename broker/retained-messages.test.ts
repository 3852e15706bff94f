import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { CleanSessionPersistence } from './clean-session-persistence.ts';
import { openRetainedMessages } from './open-retained-disk.ts';
import { type RetainedDisk, RetainedMessages, type RetainedPacket } from './retained-messages.ts';

const limits = {
  maxRetained: 3,
  maxRetainedBytes: 100,
  maxRetainedPerCommunity: 2,
  maxRetainedBytesPerGateway: 50,
};
const state = (gateway: string) => `sw/1/c1/${gateway}/state`;
let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'retained-')), 'broker');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

async function texts(retained: RetainedMessages, ...filters: string[]): Promise<string[]> {
  const packets: RetainedPacket[] = await retained.stream(filters).toArray();
  return packets.map(({ payload }) => payload.toString());
}

test('what was set is there after opening anew, and what was cleared is not', async () => {
  const first = await openRetainedMessages(folder, limits, silentLog());
  first.retained.set(state('a'), 1, Buffer.from('old'));
  first.retained.set(state('a'), 1, Buffer.from('new'));
  first.retained.set(state('b'), 1, Buffer.from('gone'));
  first.retained.set(state('b'), 1, Buffer.alloc(0));
  await first.close();
  const second = await openRetainedMessages(folder, limits, silentLog());
  expect(await texts(second.retained, 'sw/1/+/+/state')).toEqual(['new']);
  expect(second.retained.facts()).toMatchObject({ count: 1, bytes: 3, unwritten: 0 });
  await second.close();
});

test('a filter gets only its messages, each as it is when its turn comes', async () => {
  const retained = new RetainedMessages(limits, undefined, silentLog());
  retained.set(state('a'), 1, Buffer.from('a'));
  retained.set(state('b'), 1, Buffer.from('b'));
  retained.set('sw/1/c1/warning/w', 1, Buffer.from('w'));
  expect(await texts(retained, state('b'))).toEqual(['b']);
  expect(await texts(retained, 'sw/1/c1/warning/+', state('a'))).toEqual(['w', 'a']);
  const stream = retained.stream(['sw/1/+/+/state']);
  retained.set(state('b'), 1, Buffer.from('b2'));
  expect((await stream.toArray()).map((packet: RetainedPacket) => String(packet.payload))).toEqual([
    'a',
    'b2',
  ]);
});

test('what is retained is read no further for an subscriber who is gone', async () => {
  const retained = new RetainedMessages(limits, undefined, silentLog());
  for (let gateway = 0; gateway < 10; gateway++) retained.set(state(`gw${gateway}`), 1, Buffer.from('x'));
  const persistence = new CleanSessionPersistence(retained);
  const subscriber = { destroyed: false };
  persistence.answerTo(subscriber);
  let read = 0;
  for await (const _ of persistence.createRetainedStreamCombi(['sw/1/+/+/state'])) {
    read += 1;
    subscriber.destroyed = true;
  }
  // One may be read ahead.
  expect(read).toBeLessThanOrEqual(2);
});

const warning = (community: string, digit: string) => `sw/1/${community}/warning/w-${digit.repeat(24)}`;

test.each([
  ['a new topic below the bounds', warning('c2', 'a'), 10, undefined],
  ['a payload beyond the bytes left', warning('c2', 'a'), 81, 'retained-full'],
  ['a known topic, whose bytes come free', warning('c1', 'a'), 90, undefined],
  ['a known topic beyond all bytes', warning('c1', 'a'), 101, 'retained-full'],
  ['one warning too many of a community', warning('c1', 'c'), 1, 'retained-share'],
  ['a state, whatever the warnings take', state('a'), 50, undefined],
  ["a state beyond its gateway's share", state('a'), 51, 'retained-share'],
  ['clearing, always', warning('c1', 'c'), 0, undefined],
])('room for %s', (_name, topic, bytes, why) => {
  const retained = new RetainedMessages(limits, undefined, silentLog());
  retained.set(warning('c1', 'a'), 1, Buffer.alloc(10));
  retained.set(warning('c1', 'b'), 1, Buffer.alloc(10));
  expect(retained.refusalOf(topic, bytes)).toBe(why);
});

test('there is no room for one topic too many, and again once another is cleared', () => {
  const retained = new RetainedMessages(limits, undefined, silentLog());
  for (const community of ['c1', 'c2', 'c3']) retained.set(warning(community, 'a'), 1, Buffer.from('x'));
  expect(retained.refusalOf(warning('c4', 'a'), 1)).toBe('retained-full');
  retained.set(warning('c1', 'a'), 1, Buffer.alloc(0));
  expect(retained.refusalOf(warning('c4', 'a'), 1)).toBeUndefined();
});

test('the state of a gateway that is no more is cleared, and no other', async () => {
  const retained = new RetainedMessages(limits, undefined, silentLog());
  for (const gateway of ['a', 'b']) retained.set(state(gateway), 1, Buffer.from(gateway));
  retained.set(warning('c1', 'a'), 1, Buffer.from('w'));
  retained.clearStatesExcept((_community, gateway) => gateway === 'a');
  expect(await texts(retained, 'sw/1/+/+/state', 'sw/1/+/warning/+')).toEqual(['a', 'w']);
});

test('a disk that refuses is tried again, with the newest message of each topic', async () => {
  vi.useFakeTimers();
  const written: string[] = [];
  let full = true;
  const disk: RetainedDisk = {
    storeRetained: async ({ payload }) => {
      if (full) throw new Error('no space left on device');
      written.push(payload.toString());
    },
    createRetainedStream: async function* () {},
  };
  const retained = new RetainedMessages(limits, disk, silentLog());
  retained.set(state('a'), 1, Buffer.from('one'));
  await vi.advanceTimersByTimeAsync(2500);
  expect(retained.facts()).toMatchObject({ unwritten: 1, diskFailing: true });
  full = false;
  retained.set(state('a'), 1, Buffer.from('two'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(written).toEqual(['two']);
  expect(retained.facts()).toMatchObject({ unwritten: 0, diskFailing: false });
  vi.useRealTimers();
});

test('a damaged folder is renamed and an empty one made', async () => {
  const first = await openRetainedMessages(folder, limits, silentLog());
  first.retained.set(state('a'), 1, Buffer.from('x'));
  await first.close();
  writeFileSync(join(folder, 'CURRENT'), 'garbage');
  const second = await openRetainedMessages(folder, limits, silentLog());
  expect(second.retained.facts()).toMatchObject({ count: 0, diskFailing: false });
  await second.close();
});

test('a folder that cannot be had leaves messages in memory', async () => {
  writeFileSync(folder, 'a file where the folder should be');
  rmSync(`${folder}.damaged`, { force: true });
  const opened = await openRetainedMessages(join(folder, 'below'), limits, silentLog());
  opened.retained.set(state('a'), 1, Buffer.from('x'));
  expect(await texts(opened.retained, state('a'))).toEqual(['x']);
  expect(opened.retained.facts().diskFailing).toBe(true);
  await opened.close();
});

test('a folder in use by another broker is an error that names it', async () => {
  const first = await openRetainedMessages(folder, limits, silentLog());
  await expect(openRetainedMessages(folder, limits, silentLog())).rejects.toMatchObject({
    code: 'BROKER_STORE_LOCKED',
    message: expect.stringContaining(folder),
  });
  await first.close();
});
