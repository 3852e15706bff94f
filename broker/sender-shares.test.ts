import { expect, test } from 'vitest';
import { SenderShares } from './sender-shares.ts';

const maxBytes = 8_000_000;

/** A reader that takes what it is told to take. */
function openReader() {
  const reader = { waitingBytes: 0, queuedBytes: 0 };
  const shares = new SenderShares(maxBytes);
  return {
    reader,
    send: (sender: string, bytes: number) => {
      const passage = shares.admit(reader, sender, bytes);
      if (passage !== 'drop') {
        reader.waitingBytes += bytes;
        reader.queuedBytes += bytes;
      }
      return passage;
    },
    take: (bytes: number) => {
      reader.waitingBytes -= Math.min(bytes, reader.waitingBytes);
    },
  };
}

test('a flood of one gateway at a reader that takes nothing is slowed, then dropped, and others still pass', () => {
  const { reader, send } = openReader();
  const passages = Array.from({ length: 200 }, () => send('noisy', 65_000));
  expect(passages.indexOf('slow')).toBeGreaterThan(0);
  expect(passages.indexOf('drop')).toBeGreaterThan(passages.indexOf('slow'));
  expect(reader.waitingBytes).toBeLessThan(maxBytes / 2);
  expect(Array.from({ length: 41 }, () => send('quiet', 500))).toEqual(Array(41).fill('pass'));
});

test('ten floods at once never fill what waits, and an alarm of an eleventh gateway passes', () => {
  const { reader, send } = openReader();
  for (let round = 0; round < 200; round++) {
    for (let sender = 0; sender < 10; sender++) send(`noisy ${sender}`, 10_000);
  }
  expect(reader.waitingBytes).toBeLessThan(maxBytes);
  expect(send('quiet', 500)).toBe('pass');
});

test('what the reader has taken counts no more, and a queue that is short counts nobody', () => {
  const { send, take } = openReader();
  while (send('noisy', 65_000) !== 'drop');
  take(2_000_000);
  expect(send('noisy', 65_000)).not.toBe('drop');
  take(maxBytes);
  for (let message = 0; message < 5; message++) expect(send('noisy', 65_000)).toBe('pass');
});
