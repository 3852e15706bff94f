import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { readTrustedProxies } from './trusted-proxies.ts';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test.each([
  ['no proxy named: the header is not believed', '', '127.0.0.1', '203.0.113.9', '127.0.0.1'],
  ['a stranger sends the header', '10.0.0.1', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['the proxy sends it', '10.0.0.1', '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  [
    'what stands before a stranger is his own word',
    '10.0.0.1',
    '10.0.0.1',
    '1.1.1.1, 203.0.113.7',
    '203.0.113.7',
  ],
  [
    'two proxies, one of a network',
    '10.0.0.1, 172.16.0.0/12',
    '10.0.0.1',
    '203.0.113.7, 172.20.1.1',
    '203.0.113.7',
  ],
  ['the proxy itself asks', '10.0.0.1', '10.0.0.1', undefined, '10.0.0.1'],
  ['IPv6', '2001:db8::/32', '2001:db8::5', '2001:dead::1', '2001:dead::1'],
])('%s', (_name, list, remote, forwarded, expected) => {
  expect(readTrustedProxies(list, 'X').clientOf(from(remote, forwarded))).toBe(expected);
});

test('what is no address is refused by name', () => {
  expect(() => readTrustedProxies('10.0.0.1,proxy.example', 'X_TRUSTED_PROXY')).toThrow(
    /X_TRUSTED_PROXY: "proxy.example"/,
  );
});
