import { once } from 'node:events';
import { connect } from 'node:net';
import {
  Command,
  INETProtocol,
  IPv4Address,
  IPv4ProxyAddress,
  IPv6Address,
  IPv6ProxyAddress,
  Peer,
  TransportProtocol,
  V1ProxyProtocol,
  V2ProxyProtocol,
} from 'proxy-protocol-js';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectPacket } from './testing/raw-mqtt.ts';
import { openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

const trusted = { trustedProxies: '10.0.0.0/8, 127.0.0.1' };
const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);
const wrong = connectPacket('c1.gw1', 'wrong');
const destination = IPv4Address.createFrom([192, 0, 2, 1]);

const v1 = Buffer.from(
  new V1ProxyProtocol(INETProtocol.TCP4, new Peer('203.0.113.7', 4711), new Peer('192.0.2.1', 1883)).build(),
);
const v2 = (command: Command, last = 7) =>
  Buffer.from(
    new V2ProxyProtocol(
      command,
      TransportProtocol.STREAM,
      new IPv4ProxyAddress(IPv4Address.createFrom([203, 0, 113, last]), 4711, destination, 1883),
    ).build(),
  );
const v2of6 = (last: number) => {
  const address = IPv6Address.createFrom([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, last]);
  const addresses = new IPv6ProxyAddress(address, 4711, address, 1883);
  return Buffer.from(new V2ProxyProtocol(Command.PROXY, TransportProtocol.STREAM, addresses).build());
};

/** Sends bytes in pieces of a size, and resolves when the broker has closed. */
async function send(bytes: Buffer, pieceBytes = bytes.length): Promise<void> {
  const socket = connect({ port: home.broker.tcpPort, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  socket.resume();
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await new Promise((resolve) => socket.write(bytes.subarray(at, at + pieceBytes), resolve));
  }
  await closed;
}

const refusedAddress = () => home.lines.findLast(({ msg }) => msg === 'sign-in refused')?.address;

test.each([
  ['version 1', v1, '203.0.113.7'],
  ['version 2', v2(Command.PROXY), '203.0.113.7'],
  ['version 2, IPv6', v2of6(9), '2001:db8:0:1::9'],
  ["version 2, a proxy's own connection", v2(Command.LOCAL), '127.0.0.1'],
  ['version 1 of a proxy that does not know', Buffer.from('PROXY UNKNOWN\r\n'), '127.0.0.1'],
  ['none: a listed peer that sends none speaks for itself', Buffer.alloc(0), '127.0.0.1'],
])(
  'the address of a client behind a proxy is that of the PROXY header: %s',
  async (_name, header, address) => {
    home = await openTestBroker(trusted);
    await send(Buffer.concat([header, wrong]));
    expect(refusedAddress()).toBe(address);
  },
);

test('a header that comes byte by byte is the same', async () => {
  home = await openTestBroker(trusted);
  await send(Buffer.concat([v1, wrong]), 1);
  expect(refusedAddress()).toBe('203.0.113.7');
});

test('a gateway behind a proxy signs in', async () => {
  home = await openTestBroker(trusted);
  const socket = connect({ port: home.broker.tcpPort, host: '127.0.0.1' });
  socket.write(Buffer.concat([v2(Command.PROXY), connectPacket('c1.gw1', home.secrets['c1.gw1']!)]));
  expect((await once(socket, 'data'))[0]).toEqual(Buffer.from([0x20, 2, 0, 0]));
  socket.destroy();
});

test.each([
  ['version 1', v1],
  ['version 2', v2(Command.PROXY)],
])('a PROXY header, %s, of a peer that is no listed proxy is refused', async (_name, header) => {
  home = await openTestBroker({ trustedProxies: '10.0.0.0/8' });
  await send(Buffer.concat([header, wrong]));
  expect(await refusals('proxy-header')).toBe(1);
  expect(await refusals('wrong-secret')).toBe(0);
});

test('a second header, which the client itself wrote, is refused', async () => {
  home = await openTestBroker(trusted);
  await send(Buffer.concat([v1, v1, wrong]));
  expect(await refusals('proxy-header')).toBe(1);
});

test.each([
  ['no address', 'PROXY TCP4 someone 192.0.2.1 1 2\r\n'],
  ['no end', `PROXY TCP4 ${'1'.repeat(200)}`],
  ['no protocol', 'PROXY TCP9 203.0.113.7 192.0.2.1 1 2\r\n'],
])('a header with %s is refused', async (_name, header) => {
  home = await openTestBroker(trusted);
  await send(Buffer.concat([Buffer.from(header), wrong]));
  expect(await refusals('proxy-header')).toBe(1);
});

test('failed sign-ins behind a proxy count for who fails, in IPv6 for its /64, and not for the proxy', async () => {
  home = await openTestBroker({ ...trusted, loginFailures: 2 });
  for (const last of [1, 2, 3]) await send(Buffer.concat([v2of6(last), wrong]));
  expect([await refusals('wrong-secret'), await refusals('login-limit')]).toEqual([2, 1]);
  await send(Buffer.concat([v2(Command.PROXY), wrong]));
  expect(await refusals('wrong-secret')).toBe(3);
});

test.each([
  ['a listed proxy', trusted, '198.51.100.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['anybody else', {}, '203.0.113.7', '127.0.0.1'],
])('X-Forwarded-For over WebSocket is believed of %s alike', async (_name, settings, header, address) => {
  home = await openTestBroker(settings);
  const headers = { 'x-forwarded-for': header };
  const socket = new WebSocket(`ws://127.0.0.1:${home.broker.wsPort}`, 'mqtt', { headers });
  await once(socket, 'open');
  socket.send(wrong);
  await once(socket, 'close');
  expect(refusedAddress()).toBe(address);
});
