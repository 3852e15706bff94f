import { afterEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { connectPacket, publishPacket } from './testing/raw-mqtt.ts';
import { openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

interface Page {
  socket: WebSocket;
  received: () => string;
  closed: Promise<void>;
}

async function openSocket(): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${home.broker.wsPort}`, 'mqtt');
  const chunks: Buffer[] = [];
  socket.on('message', (data: Buffer) => chunks.push(data));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('open', () => resolve()));
  return { socket, received: () => Buffer.concat(chunks).toString('hex'), closed };
}

const hello = () => connectPacket('c1.gw1', home.secrets['c1.gw1']!);

test('a text frame closes the connection, and nothing of it is read', async () => {
  home = await openTestBroker();
  const pending = await openSocket();
  // The bytes of this CONNECT are those of its text.
  pending.socket.send(
    hello()
      .toString('latin1')
      .replace(/[\x80-\xff]/g, 'B'),
    { binary: false },
  );
  await pending.closed;
  const gateway = await openSocket();
  gateway.socket.send(hello());
  await vi.waitFor(() => expect(gateway.received()).toBe('20020000'));
  gateway.socket.send(publishPacket('sw/1/c1/gw1/alarm', 'x', 1), { binary: false });
  await gateway.closed;
  expect(gateway.received()).toBe('20020000');
  expect(await home.metric('broker_refusals_total{reason="text-frame"}')).toBe(2);
  expect(await home.metric('broker_publishes_total{topic="alarm"}')).toBe(0);
});

test('a message of 600 KB that is many small packets is read packet by packet', async () => {
  home = await openTestBroker();
  const gateway = await openSocket();
  gateway.socket.send(hello());
  await vi.waitFor(() => expect(gateway.received()).toBe('20020000'));
  const packets = Array.from({ length: 600 }, (_, at) =>
    publishPacket('sw/1/c1/gw1/telemetry', 'x'.repeat(972), at + 1),
  );
  const message = Buffer.concat(packets);
  expect(message.length).toBe(600_000);
  gateway.socket.send(message);
  await vi.waitFor(() => expect(gateway.received()).toMatch(/40020258$/), { timeout: 10_000 });
  expect(await home.metric('broker_publishes_total{topic="telemetry"}')).toBe(600);
  gateway.socket.terminate();
});
