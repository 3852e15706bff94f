import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { connectPacket } from './testing/raw-mqtt.ts';
import { nextMessage, openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
let sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await home.close();
});

const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);
const pending = () => (home.broker.health().detail.connections as { pending: number }).pending;
const upgradeRequest = [
  'GET /mqtt HTTP/1.1',
  'Host: broker',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: mqtt',
  '',
  '',
].join('\r\n');

/** A socket of some loopback address that says only `text`, once the broker has accepted it. */
async function open(port: number, { from = '127.0.0.1', text = '' as string | Buffer } = {}) {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.resume();
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  if (text.length > 0) socket.write(text);
  return { socket, closed };
}

async function openMany(count: number, port: number, from: (i: number) => string): Promise<void> {
  for (let i = 0; i < count; i++) await open(port, { from: from(i) });
}

/** The first four bytes it is answered: a CONNACK. */
async function signInSlowly(socket: Socket, username: string): Promise<Buffer> {
  socket.write(connectPacket(username, home.secrets[username]!));
  const [answer] = await once(socket, 'data');
  return answer as Buffer;
}

const accepted = Buffer.from([0x20, 2, 0, 0]);

test('silent connections of one address do not keep out a client from another', async () => {
  home = await openTestBroker({ maxPendingConnections: 4 });
  const { socket } = await open(home.broker.tcpPort);
  await openMany(20, home.broker.tcpPort, () => '127.0.0.2');
  await vi.waitFor(async () => expect(await refusals('pending-full')).toBe(17));
  expect(await signInSlowly(socket, 'c1.gw1')).toEqual(accepted);
});

test('over WebSocket as over TCP: silent sockets of both fill one room, and a gateway comes in by either', async () => {
  home = await openTestBroker({ maxPendingConnections: 8, maxConnections: 2, maxConnectionsPerService: 1 });
  const { tcpPort, wsPort } = home.broker;
  await openMany(20, wsPort, () => '127.0.0.2');
  await openMany(20, tcpPort, () => '127.0.0.2');
  await vi.waitFor(() => expect(pending()).toBe(8));
  expect((await home.connect('c1.gw1', { transport: 'ws' })).connected).toBe(true);
  expect((await home.connect('c1.gw2')).connected).toBe(true);
});

test('silent sockets of its own address do not keep a gateway out either, nor mosquitto_pub', async () => {
  home = await openTestBroker({ maxPendingConnections: 8 });
  const { tcpPort } = home.broker;
  await openMany(20, tcpPort, () => '127.0.0.1');
  const ingest = await home.connect('service.ingest');
  await ingest.subscribeAsync('sw/1/+/+/alarm', { qos: 1 });
  const heard = nextMessage(ingest);
  const args = ['-h', '127.0.0.1', '-p', `${tcpPort}`, '-u', 'c1.gw1', '-P', home.secrets['c1.gw1']!];
  await promisify(execFile)('mosquitto_pub', [...args, '-q', '1', '-t', 'sw/1/c1/gw1/alarm', '-m', 'SOS']);
  expect((await heard).text).toBe('SOS');
});

test('connections of a known address are closed last, however many unknown addresses there are', async () => {
  home = await openTestBroker({ maxPendingConnections: 8 });
  await (await home.connect('c1.gw1')).endAsync();
  const { socket } = await open(home.broker.tcpPort);
  await openMany(30, home.broker.tcpPort, (i) => `127.0.1.${i + 1}`);
  await vi.waitFor(async () => expect(await refusals('pending-full')).toBe(23));
  expect(await signInSlowly(socket, 'c1.gw1')).toEqual(accepted);
});

test('after a restart a gateway comes back through more pending connections than there is room for', async () => {
  home = await openTestBroker({ maxPendingConnections: 8 });
  await (await home.connect('c1.gw1')).endAsync();
  await home.reopen();
  const { socket } = await open(home.broker.tcpPort);
  await openMany(30, home.broker.tcpPort, (i) => `127.0.1.${i + 1}`);
  await vi.waitFor(async () => expect(await refusals('pending-full')).toBe(23));
  expect(await signInSlowly(socket, 'c1.gw1')).toEqual(accepted);
});

test('whoever has not sent a whole CONNECT in time is closed, wherever on the way', async () => {
  home = await openTestBroker({ connectTimeoutMs: 500 });
  const { tcpPort, wsPort } = home.broker;
  const half = connectPacket('c1.gw1', home.secrets['c1.gw1']!).subarray(0, 20);
  const unfinished = await Promise.all([
    open(tcpPort),
    open(tcpPort, { text: half }),
    open(wsPort),
    open(wsPort, { text: upgradeRequest.slice(0, 40) }),
    open(wsPort, { text: upgradeRequest }),
  ]);
  await Promise.all(unfinished.map(({ closed }) => closed));
  expect(await refusals('connect-timeout')).toBe(5);
  expect(pending()).toBe(0);
  // One line of an address and reason, whatever the number.
  expect(home.lines.filter(({ reason }) => reason === 'connect-timeout')).toHaveLength(1);
});

test('what is no MQTT is closed at its first byte, counted and logged', async () => {
  home = await openTestBroker();
  const { closed } = await open(home.broker.tcpPort, { text: 'GET / HTTP/1.1\r\n\r\n' });
  await closed;
  expect(await refusals('not-mqtt')).toBe(1);
  expect(home.lines.at(-1)).toMatchObject({ reason: 'not-mqtt', address: '127.0.0.1' });
});
