import { expect, test } from 'vitest';
import { SenderMemory } from './sender-memory.ts';

test('a gateway that says much makes no other gateway be forgotten, and of its own the oldest goes', () => {
  const memory = new SenderMemory<number>(100);
  memory.set('c1/gw1', 'quiet', 1);
  for (let n = 0; n < 1000; n++) memory.set('c1/noisy', `message ${n}`, n);
  expect(memory.get('c1/gw1', 'quiet')).toBe(1);
  expect([900, 901, 999].map((n) => memory.get('c1/noisy', `message ${n}`))).toEqual([undefined, 901, 999]);
});

test('what is remembered again is the newest, and what is forgotten makes room', () => {
  const memory = new SenderMemory<number>(2);
  memory.set('c1/gw1', 'a', 1);
  memory.set('c1/gw1', 'b', 1);
  memory.set('c1/gw1', 'a', 2);
  memory.set('c1/gw1', 'c', 1);
  expect(['a', 'b', 'c'].map((key) => memory.get('c1/gw1', key))).toEqual([2, undefined, 1]);
  memory.delete('c1/gw1', 'a');
  memory.set('c1/gw2', 'd', 1);
  expect(memory.get('c1/gw1', 'c')).toBe(1);
});
