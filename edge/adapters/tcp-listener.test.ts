import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createRecordingContext } from './adapter-testing.ts';
import { openTcpListener, type TcpConnection, type TcpListenerOptions } from './tcp-listener.ts';

const now = Date.parse('2026-11-24T01:15:00.000Z');

/** A protocol that trusts who says `hello`, throws at `bug` and answers `flood` without end. */
async function openListener(overrides: Partial<TcpListenerOptions> = {}) {
  const context = createRecordingContext(now);
  const listener = await openTcpListener(context, {
    host: '127.0.0.1',
    port: 0,
    setting: 'TEST_PORT',
    maxConnections: 2,
    idleTimeoutMs: 60_000,
    createSession: (connection: TcpConnection) => ({
      onBytes: (chunk) => {
        if (chunk.toString() === 'bug') throw new Error('a fault of ours');
        if (chunk.toString() === 'hello') connection.trust();
        if (chunk.toString() === 'flood')
          for (let n = 0; n < 400; n++) connection.write(Buffer.alloc(65_536));
        else connection.write(chunk);
      },
      onEnd: () => undefined,
    }),
    ...overrides,
  });
  return { context, listener };
}

async function say(port: number, word: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(word);
  await once(socket, 'data');
  return socket;
}

test('at the limit a stranger gives way to a newer connection, and a known device does not', async () => {
  const { context, listener } = await openListener();
  const known = await say(listener.port, 'hello');
  const stranger = await say(listener.port, 'mumble');
  const displaced = once(stranger, 'close');
  await say(listener.port, 'hello');
  await displaced;
  expect(context.counts['displaced-connections']).toBe(1);
  const refused = connect(listener.port, '127.0.0.1');
  refused.on('error', () => undefined);
  await once(refused, 'close');
  expect(context.counts['refused-connections']).toBe(1);
  known.write('still here');
  expect(String((await once(known, 'data'))[0])).toBe('still here');
  await listener.close();
});

test('a fault while reading one device leaves the others connected', async () => {
  const { context, listener } = await openListener();
  const other = await say(listener.port, 'hello');
  const faulty = connect(listener.port, '127.0.0.1');
  faulty.on('error', () => undefined);
  faulty.write('bug');
  await once(faulty, 'close');
  expect(context.counts['failed-connections']).toBe(1);
  other.write('still here');
  expect(String((await once(other, 'data'))[0])).toBe('still here');
  await listener.close();
});

test('a silent connection is closed', async () => {
  const { context, listener } = await openListener({ idleTimeoutMs: 20 });
  const socket = connect(listener.port, '127.0.0.1');
  await once(socket, 'close');
  expect(context.counts['idle-connections']).toBe(1);
  await listener.close();
});

test('a device that does not read its answers is disconnected', async () => {
  const { context, listener } = await openListener();
  const socket = connect(listener.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('flood');
  await vi.waitFor(() => expect(context.counts['slow-connections']).toBe(1), { timeout: 5000 });
  socket.destroy();
  await listener.close();
});

test('a taken port names the setting', async () => {
  const { listener } = await openListener();
  await expect(openListener({ port: listener.port })).rejects.toThrow(/set TEST_PORT to another/);
  await listener.close();
});
