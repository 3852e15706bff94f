import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EditorRefusal, guardSignIn } from './sign-in-guard.ts';

const right = 'the password of the gateway';
let server: Server;
let url: string;
let clock: { now: number };
let refused: EditorRefusal[];
let passed: unknown[];

beforeEach(async () => {
  clock = { now: 1_790_000_000_000 };
  refused = [];
  passed = [];
  const guarded = guardSignIn(
    (request, response) => {
      passed.push((request as { body?: unknown }).body);
      response.end('node-red');
    },
    {
      isRight: (user, password) => user === 'flows' && password === right,
      secret: 'a secret of at least thirty-two characters',
      clientOf: ({ headers }) => String(headers['x-test-address']),
      onRefused: (reason) => refused.push(reason),
      now: () => clock.now,
    },
  );
  server = createServer(guarded);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const signIn = (address: string, password: string, { cookie = '', path = '/auth/token' } = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'x-test-address': address, cookie, connection: 'close' },
    body: new URLSearchParams({ username: 'flows', password, grant_type: 'password' }),
  });

test('a right password reaches Node-RED with its form, a wrong one does not', async () => {
  expect((await signIn('192.0.2.1', right)).status).toBe(200);
  expect(passed).toEqual([{ username: 'flows', password: right, grant_type: 'password' }]);
  expect((await signIn('192.0.2.1', 'wrong', { path: '/AUTH/token/' })).status).toBe(403);
  expect(passed).toHaveLength(1);
  expect((await fetch(`${url}/flows`, { headers: { connection: 'close' } })).status).toBe(200);
});

test('however many strangers guess, the owner signs in from a browser that was right before', async () => {
  const first = await signIn('192.0.2.1', right);
  const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  for (let guess = 0; guess < 101; guess++) await signIn(`203.0.113.${guess}`, 'wrong');
  const stranger = await signIn('203.0.113.250', right);
  expect([stranger.status, Number(stranger.headers.get('retry-after'))]).toEqual([429, 1]);
  expect((await signIn('192.0.2.9', right, { cookie })).status).toBe(200);
  expect(refused.at(-1)).toBe('wait');
  clock.now += 1000;
  expect((await signIn('203.0.113.251', right)).status).toBe(200);
});

test('a body that is too large is refused', async () => {
  expect((await signIn('192.0.2.1', 'x'.repeat(9000))).status).toBe(413);
});

test.each(['http://editor/auth/token', 'http:///auth/token', '/auth/token#x', '/auth/token\xa0', '*'])(
  'a guess does not go round the guard by writing the path as %s',
  async (target) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const head = `POST ${target} HTTP/1.1\r\nhost: editor\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
    socket.end(Buffer.from(head, 'latin1'));
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /);
    expect(passed).toEqual([]);
  },
);
