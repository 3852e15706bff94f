import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { io, type Socket } from 'socket.io-client';
import type { CommandView } from '#contracts/command.ts';
import type { LiveUpdate, PageToServer, ServerToPage, Snapshot } from '#contracts/socket-events.ts';
import type { RefusalCount, StoreTrouble } from '#contracts/store-health.ts';
import type { Count, CountRange, Reading, ReadingBucket, StoredEvent } from '#contracts/telemetry-reader.ts';
import type { DeviceState, GatewayLiveState } from '#contracts/warning-transition.ts';
import { applyPlan } from '#registry/apply-plan.ts';
import { followRegistry } from '#registry/open-registry.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { fromTemplate } from '#runtime/testing/database-template.ts';
import { createApp } from '../server/app.ts';
import { createIngestClient } from '../server/dead-letters/ingest-client.ts';
import { createDispatchClient } from '../server/incidents/dispatch-client.ts';
import { type DashboardDatabase, openDashboardTables } from '../server/tables.ts';
import { type MemoryGateEvent, memoryGateEvents } from './memory-gate-events.ts';
import { quickHash } from './quick-hash.ts';
import { accounts, planOf, staff } from './test-community.ts';
import { type MemoryIncidents, startTestDispatch, type TestDispatch } from './test-dispatch.ts';
import { startTestIngest, type TestIngest } from './test-ingest.ts';

/** What was last heard, kept in memory. */
export interface MemoryLiveState {
  devices: DeviceState[];
  gateways: GatewayLiveState[];
}

/** A whole dashboard on a free port, over real files, with what its neighbours would say under the test's hand. */
export interface TestDashboard {
  url: string;
  folder: string;
  db: DashboardDatabase;
  incidents: MemoryIncidents;
  liveState: MemoryLiveState;
  gateEvents: MemoryGateEvent[];
  /** Newest first. */
  commands: CommandView[];
  /** Telemetry by device and quantity: `c1-watch steps`. */
  buckets: Map<string, ReadingBucket[]>;
  /** Single readings, by the same names. */
  readings: Map<string, Reading[]>;
  /** Stored events, oldest first. */
  events: StoredEvent[];
  /** What was asked to be counted, and what the store says to it. */
  counted: { asked: CountRange[]; answer: Count[] | Error };
  /** What the store does not take, and what is in its way. */
  storeSays: { refused: RefusalCount[]; trouble?: StoreTrouble };
  dispatch: TestDispatch;
  ingest: TestIngest;
  app: Awaited<ReturnType<typeof createApp>>['app'];
  live: Awaited<ReturnType<typeof createApp>>['live'];
  clock: { now: number };
  refreshRegistry: () => Promise<void>;
  /** How often something was refused since the start, by its code. */
  refused: (code: string) => Promise<number>;
  /** Signs in and answers the cookie. */
  signIn: (account?: { login: string; password: string }) => Promise<string>;
  /** Opens a page's socket, which says what community it shows where given; settles when connected. */
  openPage: (cookie: string, community?: string) => Promise<Page>;
  /** Ends the server and starts it anew on the same files. */
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

/** A page's socket with what it got. */
export interface Page {
  socket: Socket<ServerToPage, PageToServer>;
  updates: LiveUpdate[];
  resync: (sequence: number) => Promise<{ snapshot?: Snapshot; updates?: LiveUpdate[]; error?: string }>;
}

/** Writes both test communities and their accounts. */
async function writeTestRegistry(file: string): Promise<void> {
  const provisioning = openDashboardTables(file);
  for (const community of ['c1', 'c2']) {
    // Kysely's types do not see that more tables contain fewer.
    await applyPlan(provisioning as unknown as Kysely<RegistryTables>, planOf(community));
  }
  for (const [person, account] of Object.entries(accounts)) {
    const { login } = account;
    const row = { login, password_set_at: 0, last_community: null };
    await provisioning
      .insertInto('account')
      .values({ ...row, password_hash: quickHash(account.password) })
      .execute();
    const community = person.slice(0, person.indexOf('-'));
    await provisioning.insertInto('account_person').values({ login, community, person }).execute();
  }
  await provisioning.destroy();
}

/** Starts a dashboard for a test; close it in the same test. */
export async function startTestDashboard(
  settings: Partial<Parameters<typeof createApp>[0]['settings']> = {},
): Promise<TestDashboard> {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  const file = join(folder, 'registry.db');
  const clock = { now: 1_790_000_000_000 };
  const now = () => clock.now;
  const dispatch = await startTestDispatch(now);
  const ingest = await startTestIngest();
  const liveState: MemoryLiveState = { devices: [], gateways: [] };
  const gateEvents: MemoryGateEvent[] = [];
  const commands: CommandView[] = [];
  const buckets = new Map<string, ReadingBucket[]>();
  const readings = new Map<string, Reading[]>();
  const events: StoredEvent[] = [];
  const counted: TestDashboard['counted'] = { asked: [], answer: [] };
  const storeSays: TestDashboard['storeSays'] = { refused: [] };
  const pages: Page[] = [];

  await fromTemplate(accounts, file, writeTestRegistry);

  const start = async () => {
    const metrics = createMetrics();
    const db = openDashboardTables(file);
    const registry = await followRegistry({ file, log: silentLog(), intervalMs: 3_600_000 });
    const { app, live } = await createApp({
      settings: {
        sessionSecret: 'a secret of at least thirty-two characters',
        secureCookie: false,
        trustedProxy: '',
        maxConnections: 4000,
        maxAnonymousPerNetwork: 200,
        maxPages: 1000,
        maxPagesPerSession: 20,
        maxPagesPerPerson: 40,
        publicOrigin: undefined,
        hostNames: '',
        webDir: join(folder, 'dist'),
        sessionIdleMs: 7_200_000,
        sessionMaxMs: 46_800_000,
        shiftStarts: '08:00,20:00',
        ...settings,
      },
      db,
      registry: registry.current,
      readers: {
        incidents: dispatch.incidents,
        liveState: {
          devices: (community, revision) =>
            liveState.devices.filter((state) => state.community === community && state.revision > revision),
          device: (community, id) =>
            liveState.devices.find((state) => state.community === community && state.device === id),
          gateways: (community) => liveState.gateways.filter((state) => state.community === community),
        },
        gateEvents: memoryGateEvents(gateEvents),
        commands: {
          latest: async (community, limit) =>
            commands.filter((command) => command.community === community).slice(0, limit),
        },
      },
      telemetry: {
        buckets: async (range) => {
          const all = buckets.get(`${range.device} ${range.quantity}`) ?? [];
          return all.filter(({ at }) => at >= range.from && at < range.to);
        },
        readings: async (range, limit) => {
          const all = readings.get(`${range.device} ${range.quantity}`) ?? [];
          return all.filter(({ at }) => at >= range.from && at < range.to).slice(0, limit);
        },
        eventsBetween: async ({ community, kinds, from, to }, limit, after) =>
          events
            .filter((event) => event.community === community && event.at >= from && event.at < to)
            .filter(({ kind }) => kinds?.includes(kind) ?? true)
            .filter(({ position }) => after === undefined || position > after.position)
            .slice(0, limit),
        counts: async (range) => {
          counted.asked.push(range);
          if (counted.answer instanceof Error) throw counted.answer;
          return counted.answer;
        },
      },
      storeHealth: { refused: () => storeSays.refused, trouble: () => storeSays.trouble },
      deadLetters: {
        reader: ingest.reader,
        ingest: createIngestClient({ url: ingest.url, token: ingest.token }),
      },
      refreshRegistry: registry.refresh,
      dispatch: createDispatchClient({ url: dispatch.url, token: dispatch.token }),
      isBrokerConnected: () => true,
      metrics,
      log: silentLog(),
      now,
      sweepMs: 20,
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const refreshRegistry = async () => void (await registry.refresh());
    const refused = async (code: string) => {
      const { values = [] } = (await metrics.getSingleMetric('dashboard_refusals_total')?.get()) ?? {};
      return values.find(({ labels }) => labels.code === code)?.value ?? 0;
    };
    const stop = async () => {
      await live.close();
      await app.close();
      await registry.close();
      await db.destroy();
    };
    return { db, app, live, url, refreshRegistry, refused, stop };
  };

  let running = await start();
  const signIn = async (account = staff) => {
    const response = await running.app.inject({ method: 'POST', url: '/api/session', body: account });
    const cookie = response.cookies.find(({ name }) => name === 'shouwang-session');
    if (!cookie) throw new Error(`sign-in answered ${response.statusCode} ${response.body}`);
    return `${cookie.name}=${encodeURIComponent(cookie.value)}`;
  };
  const openPage = async (cookie: string, community?: string) => {
    const page = await connectPage(running.url, cookie, community);
    pages.push(page);
    return page;
  };
  const test = {
    folder,
    incidents: dispatch.incidents,
    liveState,
    gateEvents,
    commands,
    buckets,
    readings,
    events,
    counted,
    storeSays,
    dispatch,
    ingest,
    clock,
    signIn,
    openPage,
  };
  const parts = () => ({
    db: running.db,
    app: running.app,
    live: running.live,
    url: running.url,
    refreshRegistry: running.refreshRegistry,
    refused: running.refused,
  });
  const dashboard: TestDashboard = {
    ...test,
    ...parts(),
    restart: async () => {
      await running.stop();
      clock.now += 1000;
      running = await start();
      Object.assign(dashboard, parts());
    },
    close: async () => {
      for (const { socket } of pages) socket.close();
      await running.stop();
      await dispatch.close();
      await ingest.close();
      rmSync(folder, { recursive: true });
    },
  };
  return dashboard;
}

async function connectPage(url: string, cookie: string, community?: string): Promise<Page> {
  const socket: Page['socket'] = io(url, {
    path: '/live',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { cookie },
    ...(community !== undefined && { auth: { community } }),
  });
  const updates: LiveUpdate[] = [];
  socket.on('update', (update) => updates.push(update));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
  return { socket, updates, resync: (sequence) => socket.timeout(5000).emitWithAck('resync', { sequence }) };
}
