import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { afterEach, expect, test, vi } from 'vitest';
import { settingsFor, testToken } from '../testing/post-to-hikvision.ts';
import { createRecordingContext } from '../testing/recording-context.ts';
import { createHikvisionAdapter } from './hikvision-isapi/hikvision-isapi.ts';
import { createHttpAdapter, signatureOf } from './http/http.ts';
import { openTcpListener } from './tcp-listener.ts';
import { createZigbee2mqttAdapter } from './zigbee2mqtt/zigbee2mqtt.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const secret = 'a-secret-of-tests-only-of-32-characters';
const maxConnections = 4;
const listening = { host: '127.0.0.1', port: 0, maxConnections };
let closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  closers = [];
});

/** A socket from some loopback address that says nothing. */
async function openSilent(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined).resume();
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function besideSilentOnes<A extends { port?: number; close(): Promise<void> }>(
  adapter: A,
): Promise<number> {
  closers.push(() => adapter.close());
  const port = adapter.port as number;
  for (let i = 0; i < 3 * maxConnections; i++) await openSilent(port);
  return port;
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { method: 'POST', body, headers: { ...headers, connection: 'close' } });
  return response.status;
}

test('silent sockets keep no signed event out of the webhook', async () => {
  const context = createRecordingContext(start);
  const port = await besideSilentOnes(
    await createHttpAdapter(
      Object.assign(context, { settings: { ...listening, secret, maxEventsPerMinute: 600 } }),
    ),
  );
  const body = JSON.stringify({
    device: 'pump-room',
    kind: 'water-leak',
    action: 'trigger',
    dedupKey: 'leak-1',
  });
  const timestamp = String(start / 1000);
  const headers = {
    'x-shouwang-timestamp': timestamp,
    'x-shouwang-signature': `sha256=${signatureOf(secret, timestamp, Buffer.from(body))}`,
  };
  expect(await post(`http://127.0.0.1:${port}/v1/events`, body, headers)).toBe(202);
  expect(context.accepted).toHaveLength(1);
});

test("silent sockets keep no access terminal's event out", async () => {
  const context = createRecordingContext(start);
  const port = await besideSilentOnes(
    await createHikvisionAdapter(Object.assign(context, { settings: settingsFor(listening) })),
  );
  const heartbeat = '{"eventType":"heartBeat","eventState":"active"}';
  const headers = { 'content-type': 'application/json' };
  expect(await post(`http://127.0.0.1:${port}/isapi/${testToken}`, heartbeat, headers)).toBe(200);
});

test('silent sockets keep no Zigbee bridge out', async () => {
  const context = createRecordingContext(start);
  const adapter = await createZigbee2mqttAdapter(
    Object.assign(context, {
      settings: {
        ...listening,
        username: 'zigbee2mqtt',
        password: secret,
        clientId: 'test',
        baseTopic: 'zigbee2mqtt',
        sirenDurationS: 180,
        filterButtonCache: false,
      },
    }),
  );
  const port = await besideSilentOnes(adapter);
  const options = { username: 'zigbee2mqtt', password: secret, reconnectPeriod: 0, connectTimeout: 5000 };
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, options, false);
  closers.push(() => client.endAsync(true));
  // What has signed in gives way to nobody.
  for (let i = 0; i < 3 * maxConnections; i++) await openSilent(port);
  await vi.waitFor(() => expect(context.counts['displaced-connections']).toBeGreaterThan(2 * maxConnections));
  expect(client.connected).toBe(true);
});

test('silent sockets of one address displace no device of another that has yet to speak', async () => {
  const context = createRecordingContext(start);
  const listener = await openTcpListener(context, {
    ...listening,
    protocol: 'watch-3g',
    setting: 'TEST_PORT',
    idleTimeoutMs: 60_000,
    createSession: (connection) => ({
      onBytes: (chunk) => connection.write(chunk),
      onEnd: () => undefined,
    }),
  });
  closers.push(() => listener.close());
  const device = await openSilent(listener.port);
  for (let i = 0; i < 12; i++) await openSilent(listener.port, '127.0.0.2');
  await vi.waitFor(() => expect(context.counts['displaced-connections']).toBe(9));
  const answer = once(device, 'data');
  device.write('hello');
  expect(String((await answer)[0])).toBe('hello');
});
