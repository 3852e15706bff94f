import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { WriteQueue } from './write-queue.ts';

/** A connection that takes a chunk only when it is told to. */
function createSlowConnection() {
  const written: Buffer[] = [];
  let taken = (): void => undefined;
  const inner = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      written.push(chunk);
      taken = done;
    },
  });
  return { inner, written, take: () => taken() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function openQueue() {
  const connection = createSlowConnection();
  let now = 1000;
  const sent: number[] = [];
  const queue = new WriteQueue(connection.inner, { now: () => now, onSent: (bytes) => sent.push(bytes) });
  return {
    ...connection,
    queue,
    sent,
    passes: (ms: number) => {
      now += ms;
    },
  };
}

test('what is added in one turn is written once, in its order', async () => {
  const { queue, written, sent } = openQueue();
  for (const text of ['a', 'b', 'x'.repeat(5000), 'c', 'd']) queue.append(Buffer.from(text));
  expect(written).toEqual([]);
  await turn();
  expect(written.map(String)).toEqual([`ab${'x'.repeat(5000)}cd`]);
  expect(sent).toEqual([5004]);
});

test('what is added while a piece is on its way follows it', async () => {
  const { queue, written, take } = openQueue();
  queue.append(Buffer.from('a'));
  await turn();
  queue.append(Buffer.from('b'));
  queue.append(Buffer.from('c'));
  await turn();
  expect(written.map(String)).toEqual(['a']);
  expect(queue.bytes).toBe(3);
  take();
  await turn();
  expect(written.map(String)).toEqual(['a', 'bc']);
  expect(queue.bytes).toBe(2);
});

test('a long chunk leaves in pieces of 128 KiB, so that each shows progress', async () => {
  const { queue, written, take, passes } = openQueue();
  queue.append(Buffer.alloc(300_000, 'x'));
  queue.append(Buffer.from('end'));
  await turn();
  expect(written.map(({ length }) => length)).toEqual([131_072]);
  expect(queue.waitingSince).toBe(1000);
  passes(50);
  take();
  await turn();
  expect(queue.waitingSince).toBe(1050);
  take();
  await turn();
  expect(written.map(({ length }) => length)).toEqual([131_072, 131_072, 37_859]);
  expect(Buffer.concat(written).toString()).toBe(`${'x'.repeat(300_000)}end`);
  take();
  await turn();
  expect(queue.waitingSince).toBeUndefined();
  expect(queue.bytes).toBe(0);
});

test('says when all is written', async () => {
  const { queue, take } = openQueue();
  let isEmpty = false;
  queue.append(Buffer.from('a'));
  queue.whenEmpty(() => {
    isEmpty = true;
  });
  await turn();
  expect(isEmpty).toBe(false);
  take();
  await turn();
  expect(isEmpty).toBe(true);
});
