import { expect, it, vi } from 'vitest';
import { EdgeError } from '../errors.ts';
import { createPoisonGuard } from './poison-guard.ts';

const poison = '{"constructor":1}';

function createCounted() {
  const counts: Record<string, number> = {};
  const log = { error: vi.fn() };
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  return { counts, log, guard: createPoisonGuard({ count, log }) };
}

const fail = (error: Error) => () => {
  throw error;
};
const asTypeError = fail(new TypeError('names[key] is not a function'));
const deadLetter = () => 'dead letter';

it('a poison message becomes a dead letter the third time, and its stream goes on', () => {
  const { counts, log, guard } = createCounted();
  expect(() => guard.attempt(poison, asTypeError, deadLetter)).toThrow(TypeError);
  expect(guard.attempt('{"smoke":true}', () => 'accepted', deadLetter)).toBe('accepted');
  expect(() => guard.attempt(Buffer.from(poison), asTypeError, deadLetter)).toThrow(TypeError);
  expect(guard.attempt(poison, asTypeError, deadLetter)).toBe('dead letter');
  expect(counts).toEqual({ 'dead-letters': 1 });
  expect(log.error).toHaveBeenCalledOnce();
});

it('a message that goes through in between begins anew', () => {
  const { guard } = createCounted();
  for (let time = 1; time <= 5; time++) {
    expect(() => guard.attempt(poison, asTypeError, deadLetter)).toThrow(TypeError);
    expect(() => guard.attempt(poison, asTypeError, deadLetter)).toThrow(TypeError);
    expect(guard.attempt(poison, () => 'accepted', deadLetter)).toBe('accepted');
  }
});

it.each([
  new EdgeError('OUTBOX_FULL', 'the disk is full'),
  Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 }),
])('an alarm the disk has no space for is refused however often, never a dead letter: %s', (error) => {
  const { counts, guard } = createCounted();
  for (let time = 1; time <= 10; time++) {
    expect(() => guard.attempt('{"smoke":true}', fail(error), deadLetter)).toThrow(error);
  }
  expect(counts).toEqual({});
});

it('what could not become a dead letter is tried again', () => {
  const { counts, guard } = createCounted();
  const full = new EdgeError('OUTBOX_FULL', 'the disk is full');
  for (let time = 1; time <= 2; time++) {
    expect(() => guard.attempt(poison, asTypeError, deadLetter)).toThrow(TypeError);
  }
  expect(() => guard.attempt(poison, asTypeError, fail(full))).toThrow(full);
  expect(guard.attempt(poison, asTypeError, deadLetter)).toBe('dead letter');
  expect(counts).toEqual({ 'dead-letters': 1 });
});

it('a flood of failing messages keeps its memory within a bound and forgets the oldest', () => {
  const { guard } = createCounted();
  const failOnce = (message: string) =>
    expect(() => guard.attempt(message, asTypeError, deadLetter)).toThrow(TypeError);
  failOnce(poison);
  for (let index = 0; index < 1000; index++) failOnce(`other ${index}`);
  failOnce(poison);
  failOnce(poison);
  expect(guard.attempt(poison, asTypeError, deadLetter)).toBe('dead letter');
});
