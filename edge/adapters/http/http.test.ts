import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { createHttpAdapter, signatureOf } from './http.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const secret = 'a-secret-of-tests-only-of-32-characters';
const leak = { device: 'pump-room', kind: 'water-leak', action: 'trigger', dedupKey: 'leak-17' };
const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(context: RecordingContext, maxEventsPerMinute = 600) {
  const adapter = await createHttpAdapter(
    Object.assign(context, {
      settings: {
        host: '127.0.0.1',
        port: 0,
        secret,
        maxConnections: 10,
        maxEventsPerMinute,
      },
    }),
  );
  closers.push(() => adapter.close());
  return async (event: unknown, { at = context.clock, key = secret } = {}) => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const timestamp = String(Math.floor(at / 1000));
    const response = await fetch(`http://127.0.0.1:${adapter.port}/v1/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-shouwang-timestamp': timestamp,
        'x-shouwang-signature': `sha256=${signatureOf(key, timestamp, Buffer.from(body))}`,
      },
      body,
    });
    return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
  };
}

test('an event and its end are accepted, and the same key again within 10 min is accepted and marked', async () => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  expect(await post(leak)).toEqual({ status: 202, outcome: 'accepted', taken: 'taken' });
  context.clock += 5000;
  expect(await post(leak)).toEqual({ status: 202, outcome: 'possible-repeat', taken: 'possible-repeat' });
  expect(await post({ ...leak, action: 'resolve' })).toEqual({
    status: 202,
    outcome: 'accepted',
    taken: 'taken',
  });
  context.clock += 5000;
  expect(await post(leak)).toEqual({ status: 202, outcome: 'accepted', taken: 'taken' });
  expect(context.accepted.map(({ device, body }) => ({ device, body }))).toEqual([
    { device: 'http:pump-room', body: { type: 'event', kind: 'water-leak' } },
    { device: 'http:pump-room', body: { type: 'event', kind: 'water-leak' } },
    { device: 'http:pump-room', body: { type: 'event', kind: 'water-leak', active: false } },
    { device: 'http:pump-room', body: { type: 'event', kind: 'water-leak' } },
  ]);
});

test('a request replayed word for word after its end opens nothing', async () => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  await post(leak);
  await post({ ...leak, action: 'resolve' });
  expect(await post(leak, { at: start })).toEqual({ status: 202, outcome: 'repeat', taken: 'repeat' });
  expect(context.accepted).toHaveLength(2);
});

test.each([
  ['another secret', { key: 'x'.repeat(32) }],
  ['a time 6 min ago', { at: start - 360_000 }],
  ['a time 6 min ahead', { at: start + 360_000 }],
])('%s is not accepted', async (_what, how) => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  expect(await post(leak, how)).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
  expect(context.accepted).toEqual([]);
});

test.each([
  ['{"device":', 400, 'INVALID'],
  [{ ...leak, kind: 'flood' }, 400, 'INVALID'],
  [{ ...leak, device: 'a b' }, 400, 'INVALID'],
  ['{"constructor":1}', 400, 'INVALID'],
  ['{"__proto__":{"device":"a","kind":"smoke","action":"trigger"}}', 400, 'INVALID'],
  [{ ...leak, kind: 'constructor' }, 400, 'INVALID'],
  [{ ...leak, kind: '__proto__' }, 400, 'INVALID'],
  [{ ...leak, kind: 'valueOf', action: 'resolve' }, 400, 'INVALID'],
  ['[]', 400, 'INVALID'],
  ['null', 400, 'INVALID'],
  [{ ...leak, kind: 'sos', action: 'resolve' }, 400, 'INVALID'],
  ['x'.repeat(20_000), 413, 'TOO_LARGE'],
])('what cannot be accepted is answered with what was expected: %o', async (event, status, code) => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  const answer = await post(event);
  expect(answer).toMatchObject({ status, code, path: expect.any(String), message: expect.any(String) });
  expect(context.accepted).toEqual([]);
});

test('a full outbox is answered with 503, and the same request sent again is accepted', async () => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  context.full = true;
  expect(await post(leak)).toMatchObject({ status: 503, code: 'NOT_ACCEPTED' });
  context.full = false;
  expect(await post(leak)).toEqual({ status: 202, outcome: 'accepted', taken: 'taken' });
});

test('more events than the limit in a minute are answered with 429', async () => {
  const post = await listen(createRecordingContext(start), 1);
  await post(leak);
  expect(await post({ ...leak, dedupKey: 'leak-18' })).toMatchObject({ status: 429, code: 'TOO_MANY' });
});

test('an unknown or unreadable field beside an alarm costs itself alone, and is named in the answer', async () => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  const smoke = { device: 'kitchen', kind: 'smoke', action: 'trigger' };
  const bad = {
    constructor: 1,
    battery: 1e308,
    dedupKey: 'a b',
    observedAt: 'yesterday',
    text: 'x'.repeat(300),
  };
  expect(await post({ ...smoke, ...bad })).toEqual({
    status: 202,
    outcome: 'accepted',
    taken: 'taken',
    dropped: [
      { path: '/constructor', expected: 'no such field' },
      { path: '/battery', expected: 'no such field' },
      { path: '/dedupKey', expected: expect.any(String) },
      { path: '/observedAt', expected: expect.any(String) },
      { path: '/text', expected: 'at most 256 characters: cut' },
    ],
  });
  expect(context.accepted).toMatchObject([{ body: { kind: 'smoke', text: 'x'.repeat(256) } }]);
  expect(context.counts['dropped-fields']).toBe(5);
});

test('an event that the gateway fails to store becomes an unreadable alarm at its third try, and never answered with 500', async () => {
  const context = createRecordingContext(start);
  const post = await listen(context);
  const { accept } = context;
  context.accept = (observations) => {
    if (observations.some(({ body }) => 'kind' in body && body.kind === 'water-leak'))
      throw new TypeError('a fault');
    return accept(observations);
  };
  const answers = [await post(leak), await post(leak), await post(leak)];
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 202]);
  expect(answers[2]).toMatchObject({ outcome: 'unreadable', taken: 'unreadable' });
  expect(context.accepted).toMatchObject([
    { device: 'http:pump-room', body: { kind: 'unreadable-alarm', text: 'water-leak by webhook' } },
  ]);
});

test('no signed body is answered with 500, whatever its fields hold', async () => {
  const context = createRecordingContext(start);
  const post = await listen(context, 100_000);
  const name = fc.constantFrom(
    'device',
    'kind',
    'action',
    'dedupKey',
    'observedAt',
    'text',
    '__proto__',
    'toString',
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('smoke', 'trigger', 'resolve', 'constructor', 'a'),
  );
  const body = fc.oneof(
    fc.dictionary(name, value).map((fields) => JSON.stringify(fields)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      expect([202, 400]).toContain((await post(text)).status);
    }),
    { numRuns: 200 },
  );
});
