import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { createApi } from './api/api.ts';
import { createDispatchMetrics } from './metrics.ts';
import { readTwinRegistry, withPeople } from './testing/community.ts';
import { openTestDispatch, type TestDispatch } from './testing/open-test-dispatch.ts';
import { testTimes } from './testing/test-parts.ts';

/** Two communities, `c1` and `c2`, whose places, devices, gateways and people have the same ids. */
let dispatch: TestDispatch;
let api: FastifyInstance;
let requests = 0;
let commands: string[];

beforeEach(async () => {
  dispatch = await openTestDispatch();
  dispatch.registry = await readTwinRegistry(dispatch.folder);
  commands = [];
  const twins = dispatch.registry;
  api = createApi({
    database: dispatch.database,
    registry: {
      current: () => dispatch.registry,
      // The registry on disk, in which everybody is enabled.
      refresh: () => {
        dispatch.registry = { ...twins, revision: dispatch.registry.revision + 1 };
        return Promise.resolve(dispatch.registry);
      },
    },
    escalation: dispatch.escalation,
    ...testTimes,
    walls: dispatch.walls,
    commandLink: {
      sessions: { find: () => '0123456789abcdef' },
      publish: ({ community }, { device }) => commands.push(`${community} ${device}`) > 0,
    },
    metrics: createDispatchMetrics(createMetrics()),
    token: 'token',
    log: silentLog(),
  });
});
afterEach(async () => {
  await api.close();
});

async function post(url: string, body: object = {}) {
  const payload = { actor: 'p1', request: `request-${++requests}`, ...body };
  const headers = { authorization: 'Bearer token' };
  const answer = await api.inject({ method: 'POST', url, payload, headers });
  return { status: answer.statusCode, body: answer.json() };
}

/** The same alarm in both communities, and the incident of each. */
async function alarmInBoth(given: Partial<WarningTransition> = {}): Promise<[Incident, Incident]> {
  for (const community of ['c1', 'c2']) {
    const record = {
      community,
      gateway: 'gw1',
      epoch: '9f86d081884c7d65',
      lane: 'alarm',
      sequence: 1,
    } as const;
    dispatch.log.append({ community, record, at: dispatch.clock.time, ...given });
  }
  await dispatch.applyAll();
  const [ours, theirs] = await Promise.all(
    ['c1', 'c2'].map(async (community) => (await dispatch.reader.list(community, { limit: 10 }))[0]),
  );
  return [ours, theirs] as [Incident, Incident];
}

const find = async ({ id }: Incident) => (await dispatch.reader.find(id)) as Incident;

test('the same alarm of both opens an incident in each, and what people do to one is done to that one', async () => {
  const [ours, theirs] = await alarmInBoth();
  expect([ours.community, theirs.community]).toEqual(['c1', 'c2']);
  await post(`/incidents/${ours.id}/acknowledge`, { attention: 1 });
  await post(`/incidents/${ours.id}/resolve`, { outcome: 'false' });
  expect(await find(ours)).toMatchObject({ state: 'resolved' });
  expect(await find(theirs)).toMatchObject({ state: 'new', attention: 1 });
});

test('alarms nobody can read, of unknown devices with the same address, are each community’s own', async () => {
  const unread = {
    kind: 'unreadable-alarm',
    device: 'unknown',
    key: 'gw1/zigbee2mqtt:00124b0000000009',
  } as const;
  const [ours, theirs] = await alarmInBoth(unread);
  expect([ours.alarmCount, theirs.alarmCount]).toEqual([1, 1]);
  await post(`/incidents/${theirs.id}/acknowledge`, { attention: 1 });
  expect(await find(ours)).toMatchObject({ state: 'new' });
});

test('an incident opened again gets its guard back, though a guard of the other with the same id is out', async () => {
  const [ours, theirs] = await alarmInBoth();
  for (const { id } of [ours, theirs]) await post(`/incidents/${id}/acknowledge`, { attention: 1 });
  const sent = await post(`/incidents/${ours.id}/assignments`, { person: 'p3' });
  await post(`/incidents/${ours.id}/assignments/${sent.body.assignment}`, { to: 'accepted', actor: 'p3' });
  await post(`/incidents/${ours.id}/resolve`, { outcome: 'false' });
  dispatch.clock.time += 1000;
  await post(`/incidents/${theirs.id}/assignments`, { person: 'p3' });
  await post(`/incidents/${ours.id}/reopen`);
  expect((await find(ours)).assignments).toMatchObject([{ person: 'p3', state: 'accepted' }]);
});

test('who was enabled a moment ago acts at once, though the other community has somebody of that id', async () => {
  const [ours] = await alarmInBoth();
  dispatch.registry = withPeople(dispatch.registry, { p1: { enabled: 0 } });
  expect((await post(`/incidents/${ours.id}/acknowledge`, { attention: 1 })).status).toBe(200);
});

test('requests of two communities with the same id are neither refused nor answered for each other', async () => {
  const [ours, theirs] = await alarmInBoth();
  const request = 'request-of-both';
  for (const { id } of [ours, theirs]) {
    const { status, body } = await post(`/incidents/${id}/acknowledge`, { request, attention: 1 });
    expect([status, body.incident]).toEqual([200, id]);
  }
  const gate = { request: 'gate-of-both', device: 'gate', action: 'open-door', reason: '访客到访' };
  const first = await post('/commands', { ...gate, community: 'c1' });
  const second = await post('/commands', { ...gate, community: 'c2' });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body.command).not.toBe(first.body.command);
  expect(commands.map((one) => one.slice(0, 2))).toEqual(['c1', 'c2']);
  expect(await post('/commands', { ...gate, community: 'c1' })).toEqual(first);
  expect(commands).toHaveLength(2);
});
