import { join, resolve } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { PageToServer, ServerToPage } from '#contracts/socket-events.ts';
import { type ActingToken, actingHeader, type WallCode, type WallList } from '#contracts/wall.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { type SupervisedProcess, supervise } from '#runtime/supervisor.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import { demoAccounts, watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { openPageClient, type PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

let underTest: PlatformUnderTest;
let second: SupervisedProcess;
/** The first dashboard, and a second one on the same data folder. */
let urls: [string, string];
const pages: PageClient[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  underTest = await startPlatformUnderTest();
  const { dataDir, secrets, platform } = underTest;
  second = supervise({
    name: 'dashboard-2',
    file: resolve(import.meta.dirname, '../../dashboard/main.ts'),
    env: {
      ...machineEnvironment,
      DASHBOARD_DATA_DIR: dataDir,
      DASHBOARD_BROKER_URL: platform.brokerUrl,
      DASHBOARD_PASSWORD: secrets.services.dashboard ?? '',
      DASHBOARD_DISPATCH_URL: `http://127.0.0.1:${platform.ready.dispatch.port}`,
      DASHBOARD_DISPATCH_TOKEN: secrets.dispatchToken,
      DASHBOARD_INGEST_URL: `http://127.0.0.1:${platform.ready.ingest.port}`,
      DASHBOARD_INGEST_TOKEN: secrets.ingestToken,
      DASHBOARD_SESSION_SECRET: secrets.sessionSecret,
      DASHBOARD_PORT: '0',
      DASHBOARD_HEALTH_PORT: '0',
      STORE_DATA_DIR: dataDir,
      STORE_KIND: 'sqlite',
    },
  });
  const { port } = await second.ready;
  urls = [platform.url, `http://127.0.0.1:${port}`];
}, 120_000);
afterAll(async () => {
  for (const page of pages) page.close();
  for (const socket of sockets) socket.close();
  await second.stop();
  await underTest.stop();
}, 60_000);

const soon = () => AbortSignal.timeout(20_000);
const request = () => crypto.randomUUID();

async function openPage(url: string, login: keyof typeof demoAccounts): Promise<PageClient> {
  const page = await openPageClient({ url, login, password: underTest.secrets.demo?.password ?? '' });
  pages.push(page);
  return page;
}

/** Asks as the screen of a wall does. */
async function askAsWall<T>(
  path: string,
  { cookie, body, token }: { cookie?: string; body: object; token?: string },
): Promise<{ status: number; body: T; cookie: string }> {
  const origin = new URL(path).origin;
  const response = await fetch(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin,
      ...(cookie && { cookie }),
      ...(token && { [actingHeader]: token }),
    },
    body: JSON.stringify(body),
  });
  const set = response.headers.getSetCookie().map((one) => one.split(';')[0]);
  return { status: response.status, body: (await response.json()) as T, cookie: set.join('; ') };
}

/** A screen whose code is made at one dashboard and typed at the other; its page is at the second. */
async function openWall(): Promise<string> {
  const manager = await openPage(urls[0], 'manager');
  const { code } = await manager.rest<WallCode>('POST', '/api/walls/codes', { name: '监控室' });
  const { status, cookie } = await askAsWall(`${urls[1]}/api/walls/enrol`, { body: { code } });
  expect(status).toBe(200);
  const socket: Socket<ServerToPage, PageToServer> = io(urls[1], {
    path: '/live',
    transports: ['websocket'],
    extraHeaders: { cookie, origin: urls[1] },
  });
  sockets.push(socket);
  await new Promise<void>((connected, refused) => {
    socket.once('connect', connected);
    socket.once('connect_error', refused);
  });
  const beat = setInterval(() => socket.emit('wall', { sound: 'on' }), 1000);
  socket.once('disconnect', () => clearInterval(beat));
  socket.emit('wall', { sound: 'on' });
  return cookie;
}

async function pressSos(index: number): Promise<void> {
  const watch = connectWatch({
    ...{ id: watchId(index), host: '127.0.0.1', port: underTest.ports.watch3gPort },
    ...{ now: Date.now, reconnectMs: 100, resendMs: 1000 },
  });
  try {
    await watch.pressSos();
  } finally {
    await watch.close();
  }
}

test('two dashboards on one data folder: each page hears each incident once, a wall at one is watched at both', async () => {
  const wall = await openWall();
  const guards = [await openPage(urls[0], 'demo'), await openPage(urls[1], 'demo')] as const;
  const heard = guards.map((page) => {
    const versions: string[] = [];
    page.onUpdate((update) => {
      if (update.type === 'incident') versions.push(`${update.incident.id} ${update.incident.version}`);
    });
    return versions;
  });

  // How the wall was heard at the second dashboard is known at the first.
  const manager = await openPage(urls[0], 'manager');
  await vi.waitFor(
    async () => {
      const { walls } = await manager.rest<WallList>('GET', '/api/walls');
      expect(walls).toMatchObject([{ name: '监控室', sound: 'on' }]);
    },
    { timeout: 20_000, interval: 200 },
  );

  // Both report to dispatch, one that has no wall's page among them, and neither says that nobody watches.
  const db = openSqlite(join(underTest.dataDir, 'incidents.db'), { readOnly: true });
  const read = db.prepare('SELECT watched_at, reported_at, because FROM wall_watch');
  const reports = new Map<number, unknown>();
  await vi.waitFor(
    () => {
      const row = read.get() as { watched_at: number; reported_at: number; because: string | null };
      if (reports.size > 0 || row?.because === null) reports.set(row.reported_at, row);
      expect(reports.size).toBeGreaterThanOrEqual(6);
    },
    { timeout: 60_000, interval: 50 },
  );
  db.close();
  for (const [reportedAt, row] of reports) {
    expect(row).toMatchObject({ because: null, watched_at: reportedAt });
  }

  // An SOS stands on every page once.
  await pressSos(2);
  const isSos = ({ kind }: Incident) => kind === 'sos';
  const [first, other] = await Promise.all(guards.map((page) => page.waitForIncident(isSos, soon())));
  expect(other?.id).toBe(first?.id);
  const path = `/api/incidents/${first?.id}`;

  // Who gave their PIN at one dashboard acts at the other, once.
  const password = underTest.secrets.demo?.password ?? '';
  const pin = '280519';
  await guards[0].rest('PUT', '/api/session/pin', { pin, password });
  const asked = { cookie: wall, body: { person: demoAccounts.demo, pin } };
  const acting = await askAsWall<ActingToken>(`${urls[1]}/api/walls/acting`, asked);
  expect(acting.status).toBe(200);
  // Wrong PINs count together, at whichever dashboard they are typed.
  const wrong = { cookie: wall, body: { person: demoAccounts.manager, pin: '000000' } };
  for (const url of [...urls, ...urls]) {
    expect((await askAsWall<object>(`${url}/api/walls/acting`, wrong)).status).toBe(403);
  }
  const registry = openSqlite(join(underTest.dataDir, 'registry.db'), { readOnly: true });
  const guesses = registry.prepare("SELECT count FROM guess WHERE key LIKE 'pin %' || ?");
  expect(guesses.all(demoAccounts.manager)).toEqual([{ count: 4 }]);
  registry.close();
  const acknowledge = (url: string, id: string) =>
    askAsWall<object>(`${url}${path}/acknowledge`, {
      cookie: wall,
      token: acting.body.token,
      body: { request: id, attention: first?.attention ?? 0 },
    });
  const action = request();
  expect((await acknowledge(urls[0], action)).status).toBe(200);
  expect((await acknowledge(urls[1], action)).status).toBe(200);
  expect((await acknowledge(urls[1], request())).body).toMatchObject({ code: 'DASHBOARD_ACTING_REQUIRED' });

  const isAcknowledged = ({ id, state }: Incident) => id === first?.id && state === 'acknowledged';
  await Promise.all(guards.map((page) => page.waitForIncident(isAcknowledged, soon())));
  for (const [index, page] of guards.entries()) {
    const ids = [...page.incidents.values()].map(({ id }) => id);
    expect(ids).toEqual([first?.id]);
    const versions = heard[index] ?? [];
    expect(new Set(versions).size).toBe(versions.length);
  }
  expect([...guards[0].incidents.values()].map(({ kind }) => kind)).not.toContain('nobody-at-wall');
}, 150_000);

test('each of two dashboards tells its own metrics, under its port', async () => {
  const db = openSqlite(join(underTest.dataDir, 'store.db'), { readOnly: true });
  onTestFinished(() => db.close());
  const read = db.prepare(
    "SELECT DISTINCT process FROM metric WHERE process LIKE 'dashboard%' ORDER BY process",
  );
  const expected = urls.map((url) => `dashboard@${new URL(url).port}`).toSorted();
  await vi.waitFor(() => expect(read.all().map(({ process }) => process)).toEqual(expected), {
    timeout: 50_000,
    interval: 500,
  });
});
