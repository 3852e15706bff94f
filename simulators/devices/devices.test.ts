import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createGateTerminal } from './gate.ts';
import { encodeGb18030 } from './gb18030.ts';
import { connectPanel } from './panel.ts';
import { createRetryQueue } from './retry-queue.ts';
import { connectWatch } from './watch.ts';

const now = () => Date.parse('2026-11-24T01:15:00.000Z');
const quick = { host: '127.0.0.1', now, reconnectMs: 5, resendMs: 20 };

/** A server that shows what arrives and says nothing by itself. */
async function openServer(onChunk: (chunk: Buffer, socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => onChunk(chunk, socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    dropAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      }),
  };
}

test('answers to the repeats of one alarm do not settle the next', async () => {
  vi.useFakeTimers();
  const sent: string[] = [];
  const send = (bytes: Buffer) => sent.push(bytes.toString()) > 0;
  const queue = createRetryQueue({ send, resendMs: 1000 });
  const settled: string[] = [];
  void queue.add(Buffer.from('first')).then(() => settled.push('first'));
  void queue.add(Buffer.from('second')).then(() => settled.push('second'));
  await vi.advanceTimersByTimeAsync(2000);
  expect(sent).toEqual(['first', 'first', 'first']);
  queue.answered();
  queue.answered();
  queue.answered();
  await vi.advanceTimersByTimeAsync(0);
  expect(settled).toEqual(['first']);
  queue.answered();
  await vi.advanceTimersByTimeAsync(0);
  expect(settled).toEqual(['first', 'second']);
  queue.close();
  vi.useRealTimers();
});

test('what is urgent goes before what waits, and a refused message waits its time', async () => {
  vi.useFakeTimers();
  const sent: string[] = [];
  const queue = createRetryQueue({
    send: (bytes) => sent.push(bytes.toString()) > 0,
    resendMs: 10_000,
    refusedMs: 500,
  });
  void queue.add(Buffer.from('heartbeat'));
  void queue.add(Buffer.from('value'));
  void queue.add(Buffer.from('fire'), true);
  queue.refused();
  await vi.advanceTimersByTimeAsync(499);
  expect(sent).toEqual(['heartbeat']);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['heartbeat', 'heartbeat']);
  queue.answered(() => true);
  queue.answered((bytes) => bytes.toString() === 'fire');
  expect(sent.slice(2)).toEqual(['fire', 'value']);
  queue.close();
  vi.useRealTimers();
});

test('text in GB 18030 is read back as written', () => {
  const character = fc.constantFrom(...'3号楼2单元501室烟感走廊Ａ区哺 a(#)');
  fc.assert(
    fc.property(fc.array(character), (characters) => {
      const text = characters.join('');
      expect(new TextDecoder('gb18030').decode(encodeGb18030(text))).toBe(text);
    }),
  );
  expect(encodeGb18030('3号楼').toString('hex')).toBe('33bac5c2a5');
});

test('a watch repeats an alarm with the same time, also over new connections, until it is answered', async () => {
  const alarms: string[] = [];
  const server = await openServer((chunk, socket) => {
    for (const frame of chunk.toString().match(/\[[^\]]*AL,[^\]]*\]/g) ?? []) {
      alarms.push(frame);
      if (alarms.length === 3) socket.destroy();
      if (alarms.length === 5) socket.write('[3G*6907919734*0002*AL]');
    }
  });
  let clock = now();
  const watch = connectWatch({ ...quick, id: '6907919734', port: server.port, now: () => clock++ });
  await watch.pressSos();
  expect(new Set(alarms).size).toBe(1);
  expect(alarms[0]).toContain('AL,241126,011500,V,');
  expect(alarms[0]).toContain(',00010000,');
  await watch.close();
  await server.close();
});

test('a panel takes only the confirm of its own serial', async () => {
  const serials: number[] = [];
  const server = await openServer((chunk, socket) => {
    const serial = chunk.readUInt16LE(2);
    serials.push(serial);
    const answer = Buffer.alloc(30);
    answer.writeUInt16LE(serials.length < 3 ? serial + 1 : serial, 2);
    answer[26] = 3;
    socket.write(answer);
  });
  const panel = connectPanel({ ...quick, sourceAddress: '060504030201', port: server.port });
  await panel.systemFire({ systemType: 1, systemAddress: 1 });
  expect(serials).toEqual([1, 1, 1]);
  await panel.close();
  await server.close();
});

test('a terminal posts in order, each until 200, and nothing after it is closed', async () => {
  const posted: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { AccessControllerEvent } = JSON.parse(Buffer.concat(chunks).toString());
    posted.push(AccessControllerEvent.serialNo);
    response.statusCode = posted.length === 1 || posted.length > 3 ? 503 : 200;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const gate = createGateTerminal({ url, mac: 'c0517eaabbcc', doorNo: 1, now, retryMs: 5, firstSerial: 300 });
  await Promise.all([gate.forced(), gate.doorClosed()]);
  expect(posted).toEqual([301, 301, 302]);
  const settled = vi.fn();
  void gate.duress('7').then(settled);
  await vi.waitFor(() => expect(posted.length).toBeGreaterThan(3));
  await gate.close();
  expect(settled).not.toHaveBeenCalled();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
