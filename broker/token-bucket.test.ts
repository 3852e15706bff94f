import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('a burst passes, what is beyond it is a debt, and time pays it off', () => {
  const bucket = new TokenBucket(100, 200, 0);
  expect(bucket.consume(200, 0)).toBe(0);
  expect(bucket.consume(50, 0)).toBe(500);
  expect(bucket.consume(0, 500)).toBe(0);
  expect(bucket.consume(1, 500)).toBe(10);
});

test('rest fills no more than the burst', () => {
  const bucket = new TokenBucket(100, 200, 0);
  expect(bucket.consume(200, 1_000_000)).toBe(0);
  expect(bucket.consume(1, 1_000_000)).toBe(10);
});
