import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { createDispatchMetrics } from '../metrics.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testTimes } from '../testing/test-parts.ts';
import { createApi } from './api.ts';

const token = 'a-token-of-services';
let dispatch: TestDispatch;
let api: FastifyInstance;
let requests = 0;

beforeEach(async () => {
  dispatch = await openTestDispatch();
  api = createApi({
    database: dispatch.database,
    registry: { current: () => dispatch.registry, refresh: () => Promise.resolve(dispatch.registry) },
    escalation: dispatch.escalation,
    ...testTimes,
    walls: dispatch.walls,
    commandLink: { sessions: { find: () => undefined }, publish: () => false },
    metrics: createDispatchMetrics(createMetrics()),
    token,
    log: silentLog(),
  });
});
afterEach(async () => {
  await api.close();
});

async function post(url: string, body: object, authorization = `Bearer ${token}`) {
  requests += 1;
  const payload = { actor: 'p1', request: `request-${requests}`, ...body };
  const answer = await api.inject({ method: 'POST', url, payload, headers: { authorization } });
  return { status: answer.statusCode, body: answer.json() };
}

async function act(url: string, body: object = {}): Promise<ActionDone> {
  const answer = await post(url, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

async function sos(): Promise<Incident> {
  dispatch.log.append();
  await dispatch.applyAll();
  return (await dispatch.reader.list('c1', { limit: 10 }))[0] as Incident;
}

const find = (id: string) => dispatch.reader.find(id);

test('acknowledge, send, go, arrive, resolve and reopen stand on the timeline with who did it', async () => {
  const { id } = await sos();
  expect(await act(`/incidents/${id}/acknowledge`, { attention: 1 })).toMatchObject({ changed: true });
  const { assignment } = await act(`/incidents/${id}/assignments`, { person: 'p2' });
  for (const to of ['accepted', 'en-route', 'on-scene']) {
    await act(`/incidents/${id}/assignments/${assignment}`, { to, actor: 'p2' });
  }
  expect((await find(id))?.assignments).toMatchObject([
    { person: 'p2', personName: '经理', state: 'on-scene' },
  ]);
  await act(`/incidents/${id}/notes`, { text: '已联系家属' });
  await act(`/incidents/${id}/resolve`, { outcome: 'real', note: '送医' });
  expect(await find(id)).toMatchObject({ state: 'resolved', outcome: 'real', acknowledgedBy: '值班员' });
  await act(`/incidents/${id}/reopen`);
  expect(await find(id)).toMatchObject({ state: 'acknowledged' });
  expect(await find(id)).not.toHaveProperty('outcome');
  const timeline = (await dispatch.reader.timeline(id)).map(({ type, actor }) => [type, actor]);
  expect(timeline.slice(3)).toEqual([
    ['acknowledged', '值班员'],
    ['assigned', '值班员'],
    ['accepted', '经理'],
    ['en-route', '经理'],
    ['on-scene', '经理'],
    ['note', '值班员'],
    ['released', '值班员'],
    ['resolved', '值班员'],
    ['reopened', '值班员'],
  ]);
  const changes = await dispatch.reader.changes(0, 100);
  expect(changes.find(({ transition }) => transition === 'resolved')).toMatchObject({
    actor: 'p1',
    outcome: 'real',
    warnings: ['w-000000000000000000000001'],
  });
});

test('accepting acknowledges, and an SOS into the accepted incident sounds again', async () => {
  const { id } = await sos();
  const { assignment } = await act(`/incidents/${id}/assignments`, { person: 'p2' });
  await act(`/incidents/${id}/assignments/${assignment}`, { to: 'accepted', actor: 'p2' });
  expect(await find(id)).toMatchObject({ state: 'acknowledged', acknowledgedBy: '经理' });
  await sos();
  const again = await find(id);
  expect(again).toMatchObject({ state: 'new', attention: 2 });
  expect(again).not.toHaveProperty('acknowledgedBy');
});

test('an acknowledged incident sounds again when the last one sent declines, and not before', async () => {
  const { id } = await sos();
  await act(`/incidents/${id}/acknowledge`, { attention: 1 });
  const first = await act(`/incidents/${id}/assignments`, { person: 'p1' });
  const second = await act(`/incidents/${id}/assignments`, { person: 'p2' });
  await act(`/incidents/${id}/assignments/${first.assignment}`, { to: 'declined' });
  expect(await find(id)).toMatchObject({ state: 'acknowledged', attention: 1 });
  await act(`/incidents/${id}/assignments/${second.assignment}`, { to: 'declined', actor: 'p2' });
  expect(await find(id)).toMatchObject({ state: 'new', attention: 2 });
});

test('accepting does not acknowledge an alarm that joined after the person was sent', async () => {
  const { id } = await sos();
  const { assignment } = await act(`/incidents/${id}/assignments`, { person: 'p2' });
  dispatch.log.append({ kind: 'fall' });
  await dispatch.applyAll();
  await act(`/incidents/${id}/assignments/${assignment}`, { to: 'accepted', actor: 'p2' });
  expect(await find(id)).toMatchObject({ state: 'new', assignments: [{ state: 'accepted' }] });
});

test('an acknowledgement of what was seen before another alarm is refused and names the newest', async () => {
  const { id } = await sos();
  dispatch.log.append({ kind: 'fall' });
  await dispatch.applyAll();
  const answer = await post(`/incidents/${id}/acknowledge`, { attention: 1 });
  expect(answer).toMatchObject({ status: 409, body: { code: 'ATTENTION_MOVED', path: '/attention' } });
  expect(answer.body.message).toContain('acknowledgement 2, not 1');
  expect(await find(id)).toMatchObject({ state: 'new' });
});

test('acknowledging what somebody acknowledged changes nothing', async () => {
  const { id } = await sos();
  await act(`/incidents/${id}/acknowledge`, { attention: 1 });
  const again = await act(`/incidents/${id}/acknowledge`, { attention: 1, actor: 'p2' });
  expect(again.changed).toBe(false);
  expect(await find(id)).toMatchObject({ acknowledgedBy: '值班员', version: again.version });
});

test('a request sent again is answered with what was done, and does nothing', async () => {
  const { id } = await sos();
  const first = await act(`/incidents/${id}/notes`, { text: 'x', request: 'same-request' });
  await act(`/incidents/${id}/notes`, { text: 'y' });
  expect(await act(`/incidents/${id}/notes`, { text: 'x', request: 'same-request' })).toEqual(first);
  const notes = (await dispatch.reader.timeline(id)).filter(({ type }) => type === 'note');
  expect(notes.map(({ words }) => words.zh)).toEqual(['x', 'y']);
  const other = await post(`/incidents/${id}/notes`, { text: 'z', request: 'same-request' });
  expect(other).toMatchObject({ status: 409, body: { code: 'REQUEST_REUSED' } });
  dispatch.clock.time += 86_400_000;
  expect((await act(`/incidents/${id}/notes`, { text: 'z', request: 'same-request' })).changed).toBe(true);
});

test('a request that came twice at once acts once', async () => {
  const { id } = await sos();
  const note = { text: 'x', request: 'same-request' };
  const answers = await Promise.all([
    act(`/incidents/${id}/notes`, note),
    act(`/incidents/${id}/notes`, note),
  ]);
  expect(answers[0]).toEqual(answers[1]);
  expect((await dispatch.reader.timeline(id)).filter(({ type }) => type === 'note')).toHaveLength(1);
});

test('an incident opened by hand sounds, and an alarm of its dwelling joins it', async () => {
  const opening = { community: 'c1', kind: 'medical', place: { dwelling: 'b3u2-101', label: '101' } };
  const { incident } = await act('/incidents', { ...opening, callBack: '+86 138-0000' });
  expect(await find(incident)).toMatchObject({
    source: 'desk',
    state: 'new',
    level: 'red',
    lifeSafety: true,
    callBack: '+86 138-0000',
    place: { building: 'b3', unit: 'b3u2', dwelling: 'b3u2-101', label: '101' },
    alarmCount: 0,
  });
  expect(await dispatch.reader.undelivered('c1', 'p2')).toMatchObject([{ incident }]);
  await sos();
  expect(await find(incident)).toMatchObject({ alarmCount: 1, attention: 2 });
});

test('a message taken by a page, then opened, is told once and ends no escalation', async () => {
  const { id } = await sos();
  const [message] = await dispatch.reader.undelivered('c1', 'p2');
  const url = `/notifications/${message?.id}`;
  const p2 = { actor: 'p2', community: 'c1' };
  expect((await act(url, { ...p2, to: 'delivered' })).changed).toBe(true);
  expect((await act(url, { ...p2, to: 'delivered' })).changed).toBe(false);
  expect((await act(url, { ...p2, to: 'read' })).changed).toBe(true);
  expect(await dispatch.reader.undelivered('c1', 'p2')).toEqual([]);
  const told = (await dispatch.reader.timeline(id)).filter(({ type }) => type === 'delivered');
  expect(told).toMatchObject([{ actor: '经理' }]);
  expect(await find(id)).toMatchObject({ state: 'new' });
  expect(await dispatch.database.db.selectFrom('escalation').selectAll().execute()).toHaveLength(1);
});

test('messages taken by pages are told together, without a person who acts', async () => {
  await sos();
  const [message] = await dispatch.reader.undelivered('c1', 'p2');
  const headers = { authorization: `Bearer ${token}` };
  const tell = (deliveries: object[]) =>
    api.inject({ method: 'POST', url: '/deliveries', payload: { deliveries }, headers });
  const deliveries = [{ person: 'p2', notification: message?.id }];
  expect((await tell(deliveries)).json()).toEqual({ recorded: 1, unknown: 0 });
  expect((await tell([])).statusCode).toBe(400);
  expect((await tell(Array(101).fill(deliveries[0]))).statusCode).toBe(400);
});

const note = { text: 'x' };
const opening = { community: 'c1', kind: 'other', place: { label: '东门' } };
const refusals: [string, string, object, number, string, string?][] = [
  ['an unknown field', '/incidents/{id}/notes', { ...note, more: 1 }, 400, 'BODY_INVALID', '/more'],
  ['a number as text', '/incidents/{id}/acknowledge', { attention: '1' }, 400, 'BODY_INVALID', '/attention'],
  ['a short request id', '/incidents/{id}/notes', { ...note, request: 'x' }, 400, 'BODY_INVALID', '/request'],
  ['an empty note', '/incidents/{id}/notes', { text: '' }, 400, 'BODY_INVALID', '/text'],
  ['an unknown outcome', '/incidents/{id}/resolve', { outcome: 'maybe' }, 400, 'BODY_INVALID', '/outcome'],
  ['a body too large', '/incidents/{id}/notes', { text: 'x'.repeat(20_000) }, 400, 'BODY_INVALID'],
  ['an unknown actor', '/incidents/{id}/notes', { ...note, actor: 'p9' }, 400, 'ACTOR_UNKNOWN', '/actor'],
  ['a disabled actor', '/incidents/{id}/notes', { ...note, actor: 'p-left' }, 400, 'ACTOR_UNKNOWN', '/actor'],
  [
    'an actor from elsewhere',
    '/incidents/{id}/notes',
    { ...note, actor: 'p-elsewhere' },
    400,
    'ACTOR_UNKNOWN',
  ],
  [
    'a person who left',
    '/incidents/{id}/assignments',
    { person: 'p-left' },
    400,
    'PERSON_UNKNOWN',
    '/person',
  ],
  ['an unknown community', '/incidents', { ...opening, community: 'c9' }, 400, 'COMMUNITY_UNKNOWN'],
  ['the platform’s own kind', '/incidents', { ...opening, kind: 'nobody-reached' }, 400, 'KIND_NOT_BY_HAND'],
  [
    'an unknown dwelling',
    '/incidents',
    { ...opening, place: { label: 'x', dwelling: 'b9-1' } },
    400,
    'PLACE_UNKNOWN',
    '/place/dwelling',
  ],
  ['an unknown incident', '/incidents/i-x/notes', note, 404, 'INCIDENT_UNKNOWN'],
  ['an unknown assignment', '/incidents/{id}/assignments/a-x', { to: 'accepted' }, 404, 'ASSIGNMENT_UNKNOWN'],
  ['another’s message', '/notifications/n-x', { community: 'c1', to: 'read' }, 404, 'NOTIFICATION_UNKNOWN'],
  ['an unknown route', '/incidents/{id}/close', {}, 404, 'ROUTE_UNKNOWN'],
  ['resolving unseen', '/incidents/{id}/resolve', { outcome: 'false' }, 409, 'INCIDENT_NOT_ACKNOWLEDGED'],
  ['reopening what is open', '/incidents/{id}/reopen', {}, 409, 'INCIDENT_NOT_RESOLVED'],
];

test.each(refusals)('%s is refused and changes nothing', async (_name, url, body, status, code, path) => {
  const incident = await sos();
  const answer = await post(url.replace('{id}', incident.id), body);
  expect(answer).toMatchObject({ status, body: { code } });
  if (path) expect(answer.body.path).toBe(path);
  expect(await dispatch.reader.list('c1', { limit: 10 })).toEqual([incident]);
});

test('a resolved incident takes notes alone', async () => {
  const { id } = await sos();
  const { assignment } = await act(`/incidents/${id}/assignments`, { person: 'p2' });
  await act(`/incidents/${id}/acknowledge`, { attention: 1 });
  await act(`/incidents/${id}/resolve`, { outcome: 'test' });
  for (const [url, body] of [
    ['acknowledge', { attention: 1 }],
    ['assignments', { person: 'p1' }],
    [`assignments/${assignment}`, { to: 'accepted' }],
    ['resolve', { outcome: 'real' }],
  ] as const) {
    expect(await post(`/incidents/${id}/${url}`, body)).toMatchObject({
      status: 409,
      body: { code: 'INCIDENT_RESOLVED' },
    });
  }
  await act(`/incidents/${id}/notes`, note);
});

test('a move that the assignment does not know is refused', async () => {
  const { id } = await sos();
  const { assignment } = await act(`/incidents/${id}/assignments`, { person: 'p2' });
  const answer = await post(`/incidents/${id}/assignments/${assignment}`, { to: 'on-scene' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'ASSIGNMENT_MOVE_REFUSED', path: '/to' } });
  expect(await act(`/incidents/${id}/assignments`, { person: 'p2' })).toMatchObject({
    changed: false,
    assignment,
  });
});

test.each(['', 'Bearer', 'Bearer wrong', token, `bearer ${token}`, `Bearer ${token} `])(
  'authorization %j is refused before anything is read',
  async (authorization) => {
    const answer = await post('/incidents/i-x/notes', note, authorization);
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
  },
);
