import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createRecordingContext } from '../testing/recording-context.ts';
import {
  garbageLimits,
  openTcpListener,
  type TcpConnection,
  type TcpListenerOptions,
} from './tcp-listener.ts';

const now = Date.parse('2026-11-24T01:15:00.000Z');

/** Trusts who says `hello`, throws at `bug`, answers `flood` without end and cannot read `noise`. */
async function openListener(overrides: Partial<TcpListenerOptions> = {}) {
  const context = createRecordingContext(now);
  const listener = await openTcpListener(context, {
    protocol: 'watch-3g',
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
        else if (chunk.toString().startsWith('noise')) connection.garbage(chunk.length);
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

test('a stranger that sends garbage without end is cut, and a known device that sends as much is not', async () => {
  const { context, listener } = await openListener();
  const noise = `noise${'@'.repeat(garbageLimits.stranger.bytes)}`;
  const known = await say(listener.port, 'hello');
  known.write(noise);
  await vi.waitFor(() => expect(known.writableLength).toBe(0));
  const stranger = connect(listener.port, '127.0.0.1');
  stranger.on('error', () => undefined);
  const isCut = once(stranger, 'close');
  stranger.write(noise);
  await isCut;
  expect(context.counts['garbage-connections']).toBe(1);
  known.write('still here');
  await vi.waitFor(() => expect(known.bytesRead).toBeGreaterThan('hello'.length));
  known.destroy();
  await listener.close();
});

test('a device of another protocol was only noise: it is told of once a connection, with what it calls itself', async () => {
  const { context, listener } = await openListener();
  const socket = await say(listener.port, '*HQ,3568230');
  socket.write('36777600,V1,000000,V,2833.1376,N,');
  await vi.waitFor(() => expect(context.foreignCalls).toHaveLength(1));
  socket.write('*HQ,356823036777600,V1,000001,V,2833.1376,N,');
  await once(socket, 'data');
  expect(context.foreignCalls).toEqual([{ protocol: 'H02', device: '356823036777600', remote: '127.0.0.1' }]);
  const right = await say(listener.port, 'hello');
  right.write('GET / HTTP/1.1\r\n');
  await once(right, 'data');
  expect(context.foreignCalls).toHaveLength(1);
  socket.destroy();
  right.destroy();
  await listener.close();
});
