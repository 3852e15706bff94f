import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DeadLetterList } from '#contracts/dead-letters.ts';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { ElderView } from '#contracts/elder.ts';
import { exportPath, exportSubjects } from '#contracts/export.ts';
import type { Incident } from '#contracts/incident.ts';
import type { IncidentDetail, IncidentList } from '#contracts/rest.ts';
import type { DeviceState } from '#contracts/warning-transition.ts';
import { createAccount } from '#dashboard/server/identity/accounts.ts';
import { openDashboardTables } from '#dashboard/server/tables.ts';
import { edgeDefaults } from '#provisioning/edge-environment.ts';
import { provisionCommunity, registryFile } from '#provisioning/prepare.ts';
import { gatewayUsername } from '#registry/credentials.ts';
import { type SupervisedProcess, supervise } from '#runtime/supervisor.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import {
  createDemoPlan,
  demoAccounts,
  demoCommunity,
  demoElder,
  hostedGateway,
  watchId,
} from '#simulators/community.ts';
import { connectWatch, type Watch } from '#simulators/devices/watch.ts';
import { openPageClient, type PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

type Login = keyof typeof demoAccounts;
/** A community as its people have it: a page of each role, and the port its watches call. */
interface Side {
  community: string;
  /** What its elder is called by the family. */
  calledAs: string;
  /** What the elder's watch reports here. */
  heartRate: number;
  batteryPercent: number;
  pages: Record<Login, PageClient>;
  watchPort: number;
}

const hillside = 'hillside';
const roles = Object.keys(demoAccounts) as Login[];
const sides = {} as Record<string, Side>;
let underTest: PlatformUnderTest;
let edge: SupervisedProcess;

/** The demo's plan, id for id, of another property company. */
function hillsidePlan() {
  const plan = createDemoPlan();
  plan.community = { id: hillside, nameZh: '山边小区', nameEn: 'Hillside' };
  plan.consents = plan.consents?.map((consent) => ({ ...consent, calledAs: '外婆' })) ?? [];
  return plan;
}

/** A page of each role; the demo's logins are taken, since they are of the installation. */
async function openPages(prefix: string): Promise<Side['pages']> {
  const { platform, secrets } = underTest;
  const pages = {} as Side['pages'];
  for (const role of roles) {
    const password = secrets.demo?.password ?? '';
    pages[role] = await openPageClient({ url: platform.url, login: `${prefix}${role}`, password });
  }
  return pages;
}

beforeAll(async () => {
  underTest = await startPlatformUnderTest();
  const { dataDir, secrets, ports, platform } = underTest;
  const { newSecrets } = await provisionCommunity(dataDir, hillsidePlan());
  const db = openDashboardTables(registryFile(dataDir));
  for (const role of roles) {
    const account = { login: `hillside-${role}`, password: secrets.demo?.password ?? '' };
    await createAccount(db, { community: hillside, person: demoAccounts[role], ...account });
  }
  await db.destroy();
  edge = supervise({
    name: 'edge-hillside',
    file: resolve(import.meta.dirname, '../../edge/main.ts'),
    env: {
      ...machineEnvironment,
      ...edgeDefaults['edge-hosted'],
      EDGE_DATA_DIR: dataDir,
      EDGE_COMMUNITY: hillside,
      EDGE_GATEWAY: hostedGateway,
      EDGE_BROKER_URL: platform.brokerUrl,
      EDGE_PASSWORD: newSecrets[gatewayUsername(hillside, hostedGateway)] ?? '',
      EDGE_HEALTH_PORT: '0',
      EDGE_WATCH3G_PORT: '0',
    },
  });
  const { watch3gPort } = await edge.ready;
  sides[demoCommunity] = {
    community: demoCommunity,
    calledAs: '妈妈',
    heartRate: 72,
    batteryPercent: 64,
    pages: await openPages(''),
    watchPort: ports.watch3gPort,
  };
  sides[hillside] = {
    community: hillside,
    calledAs: '外婆',
    heartRate: 91,
    batteryPercent: 37,
    pages: await openPages('hillside-'),
    watchPort: Number(watch3gPort),
  };
});
afterAll(async () => {
  for (const { pages } of Object.values(sides)) for (const page of Object.values(pages)) page.close();
  await edge.stop();
  await underTest.stop();
});

const soon = () => AbortSignal.timeout(20_000);
const waits = { timeout: 20_000, interval: 100 };
const request = () => crypto.randomUUID();
const elderOf = ({ pages }: Side) => pages.family.rest<ElderView>('GET', `/api/elders/${demoElder}`);
const listOf = async (page: PageClient) =>
  (await page.rest<IncidentList>('GET', '/api/incidents')).incidents.map(({ id }) => id);

/** A watch of a community, by its place in the plan; both communities have one of this very number. */
function watchOf({ watchPort }: Side, index: number): Watch {
  const watch = connectWatch({
    ...{ id: watchId(index), host: '127.0.0.1', port: watchPort },
    ...{ now: Date.now, reconnectMs: 100, resendMs: 1000 },
  });
  onTestFinished(() => watch.close());
  return watch;
}

/** The wearer of a watch asks for help; settles when the guard's page shows it. */
async function press(side: Side, index: number): Promise<Incident> {
  const { demo: page } = side.pages;
  const before = new Set(page.incidents.keys());
  await watchOf(side, index).pressSos();
  return page.waitForIncident(({ id, kind }) => kind === 'sos' && !before.has(id), soon());
}

const refused = (asked: Promise<unknown>, status: number) =>
  expect(asked).rejects.toThrow(new RegExp(` answered ${status}:`));

// Everything goes one road in order: what a neighbour was to see of the first press came before the second's.
describe.each([
  { own: demoCommunity, other: hillside, index: 2 },
  { own: hillside, other: demoCommunity, index: 4 },
])('of two communities with the same ids, $own keeps from $other', ({ own, other, index }) => {
  test('an SOS: it stands on its own page and timeline, once, and on no neighbour’s', async () => {
    const mine = sides[own] as Side;
    const theirs = sides[other] as Side;
    const pressed = await press(mine, index);
    const barrier = await press(theirs, index);
    expect(pressed).toMatchObject({ community: own, level: 'red', late: false, alarmCount: 1 });
    expect(barrier).toMatchObject({ community: other, alarmCount: 1, place: pressed.place });
    const shown = await mine.pages.demo.rest<IncidentDetail>('GET', `/api/incidents/${pressed.id}`);
    expect(shown.incident).not.toHaveProperty('saidByOther');
    expect(shown.timeline.filter(({ type }) => type === 'alarm')).toHaveLength(1);
    expect([...theirs.pages.demo.incidents.keys()]).not.toContain(pressed.id);
    for (const role of ['demo', 'manager'] as const) {
      expect(await listOf(theirs.pages[role])).not.toContain(pressed.id);
      await refused(theirs.pages[role].rest('GET', `/api/incidents/${pressed.id}`), 404);
      await refused(theirs.pages[role].rest('GET', `/api/incidents/${pressed.id}/timeline?after=0`), 404);
    }
  });

  test('answering and sending: the neighbour’s card of the same dwelling still sounds, and nobody of theirs is sent', async () => {
    const mine = sides[own] as Side;
    const theirs = sides[other] as Side;
    const pressed = await press(mine, index + 10);
    const untouched = await press(theirs, index + 10);
    const path = `/api/incidents/${pressed.id}`;
    const seen = { attention: pressed.attention };
    await refused(
      theirs.pages.demo.rest('POST', `${path}/acknowledge`, { ...seen, request: request() }),
      404,
    );
    const sending = { person: 'station-1' };
    await refused(
      theirs.pages.demo.rest('POST', `${path}/assignments`, { ...sending, request: request() }),
      404,
    );

    await mine.pages.demo.rest('POST', `${path}/acknowledge`, { ...seen, request: request() });
    const { assignment } = await mine.pages.demo.rest<ActionDone>('POST', `${path}/assignments`, {
      ...{ ...sending, request: request() },
    });
    const move = () => ({ to: 'accepted', request: request() });
    await mine.pages.responder.waitForIncident(({ id }) => id === pressed.id, soon());
    await refused(theirs.pages.responder.rest('GET', path), 404);
    await refused(theirs.pages.responder.rest('POST', `${path}/assignments/${assignment}`, move()), 404);
    await mine.pages.responder.rest('POST', `${path}/assignments/${assignment}`, move());

    await mine.pages.demo.waitForIncident(
      ({ id, assignments }) => id === pressed.id && assignments[0]?.state === 'accepted',
      soon(),
    );
    const { incident } = await theirs.pages.demo.rest<IncidentDetail>(
      'GET',
      `/api/incidents/${untouched.id}`,
    );
    expect(incident).toMatchObject({ state: 'new', assignments: [] });
    expect([...theirs.pages.responder.incidents.keys()]).not.toContain(pressed.id);
  });

  test('an elder’s day: each family reads the pulse and battery of their own, under their own name', async () => {
    const mine = sides[own] as Side;
    const theirs = sides[other] as Side;
    const worn = Number(demoElder.slice(1)) - 1;
    for (const side of [mine, theirs]) {
      const { community, calledAs, heartRate, batteryPercent } = side;
      const watch = watchOf(side, worn);
      await vi.waitFor(async () => {
        // What a watch says before it is connected is lost, so it says it again.
        watch.heartRate(heartRate);
        watch.keepAlive({ steps: 10, battery: batteryPercent });
        expect(await elderOf(side)).toMatchObject({
          name: calledAs,
          today: { heartRate: { minimum: heartRate, maximum: heartRate } },
          watch: { state: 'live', batteryPercent },
        });
      }, waits);
      const snapshot = await openPageClient({
        ...{ url: underTest.platform.url, password: underTest.secrets.demo?.password ?? '' },
        login: community === hillside ? 'hillside-demo' : 'demo',
      });
      onTestFinished(() => snapshot.close());
      const state = snapshot.snapshot.devices.find((one: DeviceState) => one.device === `watch-${worn + 1}`);
      expect(state).toMatchObject({ community, latest: { battery: { value: batteryPercent } } });
    }
    const pressed = await press(mine, worn);
    await vi.waitFor(
      async () => expect((await elderOf(mine)).incidents.map(({ id }) => id)).toContain(pressed.id),
      waits,
    );
    expect((await elderOf(theirs)).incidents.map(({ id }) => id)).not.toContain(pressed.id);
  });

  test('an unreadable message: its dead letter waits for its own manager alone', async () => {
    const mine = sides[own] as Side;
    const theirs = sides[other] as Side;
    await watchOf(mine, 900 + index).pressSos();
    const address = `watch-3g:${watchId(900 + index)}`;
    const deadLettersOf = ({ pages }: Side) => pages.manager.rest<DeadLetterList>('GET', '/api/dead-letters');
    const found = await vi.waitFor(async () => {
      const { deadLetters } = await deadLettersOf(mine);
      const deadLetter = deadLetters.find((one) => one.address === address);
      expect(deadLetter).toBeDefined();
      return deadLetter;
    }, waits);
    const { deadLetters, addresses } = await deadLettersOf(theirs);
    expect(deadLetters.map((deadLetter) => deadLetter.address)).not.toContain(address);
    expect(addresses.map((one) => one.address)).not.toContain(address);
    await refused(theirs.pages.manager.rest('GET', `/api/dead-letters/${found?.id}`), 404);
    await refused(theirs.pages.manager.rest('POST', `/api/dead-letters/${found?.id}/replay`, {}), 404);
  });

  test('an export: it holds what was written down here, and nothing of what was there', async () => {
    const mine = sides[own] as Side;
    const theirs = sides[other] as Side;
    const words: Record<string, string> = {};
    for (const side of [mine, theirs]) {
      const { id } = await press(side, index + 20);
      const text = `${side.community} ${crypto.randomUUID()}`;
      words[side.community] = text;
      await side.pages.demo.rest('POST', `/api/incidents/${id}/notes`, { text, request: request() });
    }
    const day = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString().slice(0, 10);
    const query = { from: day(0), to: day(86_400_000), format: 'jsonl', language: 'zh' } as const;
    const exported = await mine.pages.manager.text(exportPath('incidents', query));
    expect(exported).toContain(words[own]);
    expect(exported).not.toContain(words[other]);
    const otherIds = await listOf(theirs.pages.demo);
    expect(otherIds.length).toBeGreaterThan(0);
    for (const subject of exportSubjects) {
      const all = await mine.pages.manager.text(exportPath(subject, query));
      // What somebody here asked for in vain stands in the audit log, as they named it.
      const told = all.split('\n').filter((line) => !line.includes('DASHBOARD_NOT_FOUND'));
      expect(told.filter((line) => otherIds.some((id) => line.includes(id)))).toEqual([]);
    }
  });
});

test('a consent that an elder of one community takes back takes nothing from the family of the same id in the other', async () => {
  const mine = sides[demoCommunity] as Side;
  const theirs = sides[hillside] as Side;
  const plan = hillsidePlan();
  const consents = plan.consents ?? [];
  plan.consents = consents.map((consent) => ({ ...consent, classes: ['alarms'] }));
  await provisionCommunity(underTest.dataDir, plan);
  await vi.waitFor(async () => expect((await elderOf(theirs)).classes).toEqual(['alarms']), waits);
  expect(await elderOf(theirs)).not.toHaveProperty('watch');
  expect(await elderOf(mine)).toMatchObject({
    name: '妈妈',
    classes: ['alarms', 'activity', 'vitals'],
    watch: { state: 'live' },
  });
});
