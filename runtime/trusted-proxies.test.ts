import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { readTrustedProxies } from './trusted-proxies.ts';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test.each([
  ['10.0.0.5', true],
  ['::ffff:10.0.0.5', true],
  ['10.0.0.6', false],
  ['10.1.255.255', true],
  ['2001:db8::77', true],
  ['2001:db9::77', false],
  ['unknown', false],
  [undefined, false],
])('%s is listed: %s', (address, expected) => {
  expect(readTrustedProxies('10.0.0.5, 10.1.0.0/16,2001:db8::/32', 'X').has(address)).toBe(expected);
});

test('nobody is listed in an empty setting', () => {
  const { has, clientOf } = readTrustedProxies('', 'X');
  expect(has('127.0.0.1')).toBe(false);
  expect(clientOf(from('127.0.0.1', '203.0.113.9'))).toBe('127.0.0.1');
});

test.each(['10.0.0', '10.1', 'proxy.example', '10.0.0.0/33'])('%s is named as what is wrong', (entry) => {
  expect(() => readTrustedProxies(`127.0.0.1,${entry}`, 'X_TRUSTED_PROXY')).toThrow(
    `X_TRUSTED_PROXY: "${entry}"`,
  );
});

test.each([
  ['no header', undefined, '10.0.0.1'],
  ['one address', '203.0.113.7', '203.0.113.7'],
  ['what the stranger wrote before it', '1.1.1.1, 203.0.113.7', '203.0.113.7'],
  ['a chain of proxies', '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['proxies alone', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['garbage', 'unknown, 10.0.0.2', '10.0.0.2'],
  ['a port, which would make every connection another stranger', '203.0.113.7:4711', '203.0.113.7'],
  ['an IPv6 address with a port', '[2001:db8::1]:4711', '2001:db8::1'],
])('of %s the last that is no proxy of ours', (_name, header, expected) => {
  expect(readTrustedProxies('10.0.0.0/8', 'X').clientOf(from('10.0.0.1', header))).toBe(expected);
});

test('a stranger who sends the header is not believed', () => {
  const { clientOf } = readTrustedProxies('10.0.0.1', 'X');
  expect(clientOf(from('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
});
