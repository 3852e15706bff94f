import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '#runtime/listen.ts';
import { silentLog } from '#runtime/log.ts';
import type { Actuation } from '../adapter.ts';
import { answerChallenge, parseChallenge } from './digest.ts';
import { createDoorOpener } from './open-door.ts';
import { readTerminals } from './terminals.ts';

const challenge = 'Digest realm="r", qop="auth", nonce="n1", algorithm=MD5';

/** A terminal that answers as told; asks for sign-in first. */
async function openTerminal(answer: RequestListener, asks = challenge) {
  const asked: { authorization: string | undefined; body: string; url: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { authorization } = request.headers;
      asked.push({ authorization, body, url: request.url ?? '' });
      if (authorization === undefined) response.writeHead(401, { 'www-authenticate': asks }).end();
      else answer(request, response);
    });
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'TEST_PORT' });
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${port}`, asked };
}

function opener(url: string, timeoutMs = 5000) {
  const terminals = new Map([['c0517eaabbcc', { url, username: 'admin', password: 'se"cret' }]]);
  return createDoorOpener({ terminals, log: silentLog(), timeoutMs });
}

const actuation: Actuation = {
  device: 'hikvision-isapi:c0517eaabbcc/2',
  action: 'open-door',
  isTimely: () => true,
};

test('a door is opened by one signed PUT with the body the terminal knows', async () => {
  const terminal = await openTerminal((_request, response) => response.end('<ResponseStatus/>'));
  expect(await opener(terminal.url)(actuation)).toEqual({ result: 'done' });
  expect(terminal.asked).toMatchObject([
    { authorization: undefined, body: '' },
    {
      url: '/ISAPI/AccessControl/RemoteControl/door/2',
      body: '<RemoteControlDoor><cmd>open</cmd></RemoteControlDoor>',
      authorization: expect.stringContaining('uri="/ISAPI/AccessControl/RemoteControl/door/2"'),
    },
  ]);
});

test('a terminal registered as a whole opens its first door', async () => {
  const terminal = await openTerminal((_request, response) => response.end());
  await opener(terminal.url)({ ...actuation, device: 'hikvision-isapi:c0517eaabbcc' });
  expect(terminal.asked.at(-1)?.url).toBe('/ISAPI/AccessControl/RemoteControl/door/1');
});

test.each<[string, RequestListener, object]>([
  [
    'refuses the sign-in',
    (_q, r) => r.writeHead(401).end(),
    { result: 'failed', reason: 'device-refused-sign-in' },
  ],
  [
    'is not allowed to',
    (_q, r) => r.writeHead(403).end(),
    { result: 'failed', reason: 'device-refused-sign-in' },
  ],
  ['has a fault', (_q, r) => r.writeHead(500).end(), { result: 'failed', reason: 'device-refused' }],
  ['hangs up unanswered', (q) => q.socket.destroy(), { result: 'unknown', reason: 'device-silent' }],
])('a terminal that %s is asked once', async (_what, answer, outcome) => {
  const terminal = await openTerminal(answer);
  expect(await opener(terminal.url)(actuation)).toEqual(outcome);
  expect(terminal.asked.filter(({ authorization }) => authorization)).toHaveLength(1);
});

test('a terminal that never answers leaves the outcome unknown', async () => {
  const terminal = await openTerminal(() => undefined);
  expect(await opener(terminal.url, 100)(actuation)).toEqual({ result: 'unknown', reason: 'device-silent' });
});

test('a command that outlived its age while the terminal asked for sign-in is not sent', async () => {
  const terminal = await openTerminal((_request, response) => response.end());
  const outcome = await opener(terminal.url)({ ...actuation, isTimely: () => false });
  expect(outcome).toEqual({ result: 'expired', reason: 'too-old' });
  expect(terminal.asked).toHaveLength(1);
});

test.each<[string, Partial<Actuation>, string]>([
  ['a terminal that is not set up', { device: 'hikvision-isapi:000000000000/1' }, 'device-unknown'],
  ['a part that is no door', { device: 'hikvision-isapi:c0517eaabbcc/x' }, 'device-unknown'],
  ['another action', { action: 'lock-door' }, 'action-unknown'],
])('%s is asked nothing', async (_what, change, reason) => {
  const terminal = await openTerminal((_request, response) => response.end());
  expect(await opener(terminal.url)({ ...actuation, ...change })).toEqual({ result: 'failed', reason });
  expect(terminal.asked).toEqual([]);
});

test('a terminal that is not there, or asks for another sign-in than digest, failed', async () => {
  expect(await opener('http://127.0.0.1:1')(actuation)).toEqual({
    result: 'failed',
    reason: 'device-unreachable',
  });
  const basic = await openTerminal((_request, response) => response.end(), 'Basic realm="r"');
  expect(await opener(basic.url)(actuation)).toEqual({ result: 'failed', reason: 'device-refused-sign-in' });
});

describe('digest', () => {
  const request = {
    username: 'Mufasa',
    password: 'Circle of Life',
    method: 'GET',
    uri: '/dir/index.html',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };
  // RFC 7616, section 3.9.1.
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the example of RFC 7616 with %s', (algorithm, response) => {
    const asked = parseChallenge([
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    ]);
    expect(asked && answerChallenge(asked, request)).toContain(`response="${response}"`);
  });

  test.each([
    [['Basic realm="x"']],
    [['Digest realm="x"']],
    [['Digest realm="x", nonce="n", algorithm=MD5-sess']],
    [['Digest realm="x", nonce="n", qop="auth-int"']],
    [[]],
  ])('finds no challenge it can answer in %j', (headers) => {
    expect(parseChallenge(headers)).toBeUndefined();
  });

  test('takes the stronger of two', () => {
    const strong = challenge.replace('MD5', 'SHA-256');
    expect(parseChallenge([challenge, strong])?.algorithm).toBe('SHA-256');
  });
});

test.each([
  ['{"terminals": {"a": {"url": "http://x", "username": "u", "password": "hush-1"', 'is not JSON'],
  ['{"terminals": {"a": {"url": "ftp://x", "username": "u", "password": "hush-1"}}}', '/terminals/a/url'],
  ['{"terminals": {"a": {"url": "http://x", "username": "u", "word": "hush-1"}}}', '/terminals/a'],
])('a file of terminals that reads %j is refused without its secrets', (text, said) => {
  const folder = mkdtempSync(join(tmpdir(), 'terminals-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'terminals.json');
  writeFileSync(file, text);
  expect(() => readTerminals(file)).toThrow(said);
  expect(() => readTerminals(file)).not.toThrow('hush');
  expect(() => readTerminals(join(folder, 'none'))).toThrow('cannot be read');
});
