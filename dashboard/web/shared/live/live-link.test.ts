import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, expect, test, vi } from 'vitest';
import type { NotificationView } from '#contracts/incident.ts';
import type { LiveUpdate, PageToServer, ServerToPage } from '#contracts/socket-events.ts';
import { exampleIncident, exampleNow, exampleSnapshot } from '#dashboard/testing/live-examples.ts';
import { secondsLost } from './link-health.ts';
import { openLiveLink } from './live-link.ts';
import { createLiveStore } from './live-store.ts';

type Answer = Parameters<Parameters<PageToServer['resync']>[1]>[0];

let closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** A server whose answers the test decides, and a page that follows it. */
async function openPair(answerTo: (sequence: number) => Answer | undefined) {
  const http = createServer();
  const server = new Server<PageToServer, ServerToPage>(http, { path: '/live', serveClient: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const asked: number[] = [];
  server.on('connection', (socket) => {
    socket.on('resync', ({ sequence }, answer) => {
      asked.push(sequence);
      const result = answerTo(sequence);
      if (result) answer(result);
    });
  });

  const clock = { skippedMs: 0 };
  const now = () => performance.now() + clock.skippedMs;
  const store = createLiveStore((run, afterMs) => setTimeout(run, afterMs));
  const signedOut = vi.fn();
  const platformTimes: number[] = [];
  const link = openLiveLink({
    community: 'c1',
    store,
    now,
    onPlatformTime: (time) => platformTimes.push(time),
    onSignedOut: signedOut,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
  });
  closing.push(link.close);
  const lost = () => secondsLost(link.getHealth(), now());
  return { server, store, link, asked, clock, signedOut, platformTimes, lost };
}

const alarm = (sequence: number): LiveUpdate => ({
  sequence,
  now: exampleNow + sequence,
  type: 'incident',
  incident: exampleIncident({ id: `i-${sequence}` }),
  timeline: [],
});
const snapshotAt = (sequence: number): Answer => ({ snapshot: exampleSnapshot({ sequence }) });

test('starts from a snapshot, follows updates and asks for what it missed', async () => {
  const pair = await openPair((sequence) =>
    sequence === 0 ? snapshotAt(10) : { updates: [alarm(11), alarm(12), alarm(13)] },
  );
  await vi.waitFor(() => expect(pair.store.getState().phase).toBe('following'));
  pair.server.emit('update', alarm(11));
  pair.server.emit('update', alarm(13));
  await vi.waitFor(() => expect(pair.store.getState().sequence).toBe(13));
  expect([...pair.store.getState().incidents.keys()].sort()).toEqual(['i-11', 'i-12', 'i-13']);
  expect(pair.asked).toEqual([0, 11]);
  expect(pair.platformTimes).toContain(exampleNow + 13);
});

test('asks after a silence, and the answer shows an alarm whose update never came', async () => {
  const pair = await openPair((sequence) => (sequence === 0 ? snapshotAt(10) : { updates: [alarm(11)] }));
  await vi.waitFor(() => expect(pair.store.getState().phase).toBe('following'));
  pair.clock.skippedMs += 2500;
  await vi.waitFor(() => expect(pair.store.getState().incidents.has('i-11')).toBe(true), 3000);
  expect(pair.asked).toEqual([0, 10]);
});

test('says it is lost while the socket is open and nobody answers, and asks again', async () => {
  const pair = await openPair((sequence) => (sequence === 0 ? snapshotAt(10) : undefined));
  await vi.waitFor(() => expect(pair.store.getState().phase).toBe('following'));
  expect(pair.lost()).toBeUndefined();
  pair.clock.skippedMs += 7000;
  expect(pair.lost()).toBeGreaterThanOrEqual(7);
  await vi.waitFor(() => expect(pair.asked).toEqual([0, 10]), 3000);
  expect(pair.link.getHealth().connected).toBe(true);
  pair.clock.skippedMs += 6000;
  await vi.waitFor(() => expect(pair.asked).toEqual([0, 10, 10]), 3000);
  expect(pair.lost()).toBeGreaterThanOrEqual(13);
});

test('takes a whole snapshot after every reconnect, since the server may be another run', async () => {
  let sequence = 900;
  const pair = await openPair(() => snapshotAt(sequence));
  await vi.waitFor(() => expect(pair.store.getState().sequence).toBe(900));
  sequence = 3;
  pair.server.disconnectSockets(true);
  await vi.waitFor(
    () => expect(pair.store.getState()).toMatchObject({ phase: 'following', sequence: 3 }),
    5000,
  );
  expect(pair.asked).toEqual([0, 0]);
});

test('asks who is signed in when the server will not let it listen', async () => {
  const pair = await openPair(() => snapshotAt(1));
  await vi.waitFor(() => expect(pair.store.getState().phase).toBe('following'));
  pair.server.use((_socket, next) => next(new Error('DASHBOARD_NOT_SIGNED_IN')));
  pair.server.disconnectSockets(true);
  await vi.waitFor(() => expect(pair.signedOut).toHaveBeenCalled(), 5000);
});

const messageOf = (incident: string, attention = 1): NotificationView => ({
  id: 'n-1',
  incident,
  person: 'guard-1',
  channel: 'in-app',
  state: 'sent',
  step: 0,
  attention,
  about: 'alarm',
  possibleRepeat: false,
  createdAt: exampleNow,
});

test('says that it took a message only with the alarm in hand, and asks for what it does not show', async () => {
  const known = exampleIncident({ id: 'i-1' });
  const newer = exampleIncident({ id: 'i-1', attention: 2, version: 2 });
  let incidents = [known];
  const pair = await openPair(() => ({ snapshot: exampleSnapshot({ sequence: 10, incidents }) }));
  await vi.waitFor(() => expect(pair.store.getState().phase).toBe('following'));
  const [socket] = await pair.server.fetchSockets();
  const offer = (message: NotificationView) =>
    pair.server.timeout(1000).to(socket!.id).emitWithAck('notification', message);

  expect(await offer(messageOf('i-1'))).toEqual([true]);
  incidents = [newer];
  expect(await offer(messageOf('i-1', 2))).toEqual([false]);
  await vi.waitFor(() => expect(pair.store.getState().incidents.get('i-1')?.attention).toBe(2));
  expect(await offer(messageOf('i-1', 2))).toEqual([true]);

  incidents = [newer, exampleIncident({ id: 'i-2' })];
  expect(await offer(messageOf('i-2'))).toEqual([false]);
  await vi.waitFor(() => expect(pair.store.getState().incidents.has('i-2')).toBe(true), 3000);
  expect(await offer(messageOf('i-2'))).toEqual([true]);
  expect(pair.asked).toEqual([0, 0, 0]);
});
