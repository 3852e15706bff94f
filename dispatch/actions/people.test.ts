import { beforeEach, expect, test } from 'vitest';
import type { AssignIncident } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testResponseMs } from '../testing/test-parts.ts';
import { acknowledge } from './acknowledge.ts';
import { assign } from './assign.ts';
import { moveAssignment } from './move-assignment.ts';
import { moveNotification } from './move-notification.ts';

let dispatch: TestDispatch;
let requests = 0;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const request = () => `request-${++requests}`;

const send = (id: string, body: Partial<AssignIncident> = {}) =>
  dispatch.runAction((context) =>
    assign(context, id, { actor: 'p1', request: request(), person: 'p3', ...body }),
  );

/** An incident that staff alone were told of, and that one of them has acknowledged. */
async function acknowledgedIncident(): Promise<Incident> {
  dispatch.log.append({ kind: 'tamper', at: dispatch.clock.time });
  await dispatch.applyAll();
  const [incident] = await dispatch.reader.list('c1', { limit: 1 });
  await dispatch.runAction((context) =>
    acknowledge(context, incident!.id, { actor: 'p1', request: request(), attention: 1 }),
  );
  return incident!;
}

test('who is sent is told of it, though the incident was answered', async () => {
  const { id } = await acknowledgedIncident();
  expect(await dispatch.reader.undelivered('c1', 'p3')).toEqual([]);
  await send(id);
  await dispatch.delivery.run();
  const [message] = await dispatch.reader.undelivered('c1', 'p3');
  expect(message).toMatchObject({ incident: id, about: 'assignment', state: 'sent' });
  await dispatch.runAction((context) =>
    moveNotification(context, message!.id, {
      ...{ actor: 'p3', community: 'c1', request: request() },
      to: 'delivered',
    }),
  );
  expect(await dispatch.reader.undelivered('c1', 'p3')).toEqual([]);
  expect((await dispatch.reader.timeline(id)).at(-1)).toMatchObject({
    type: 'delivered',
    words: { zh: '微型消防站 已收到派遣' },
  });
});

test('the message of an assignment taken back is not sent', async () => {
  const { id } = await acknowledgedIncident();
  const { assignment = '' } = await send(id);
  await dispatch.runAction((context) =>
    moveAssignment(context, id, { actor: 'p1', request: request(), to: 'released' }, assignment),
  );
  await dispatch.delivery.run();
  const rows = await dispatch.database.db
    .selectFrom('notification')
    .select(['state', 'reason'])
    .where('about', '=', 'assignment')
    .execute();
  expect(rows).toEqual([{ state: 'failed', reason: 'no longer needed' }]);
});

test('sent again after declining, a person is told again', async () => {
  const { id } = await acknowledgedIncident();
  const { assignment = '' } = await send(id);
  await dispatch.runAction((context) =>
    moveAssignment(context, id, { actor: 'p3', request: request(), to: 'declined' }, assignment),
  );
  await send(id);
  const told = (await dispatch.reader.undelivered('c1', 'p3')).filter(({ about }) => about === 'assignment');
  expect(told).toHaveLength(1);
});

test('taking it oneself acknowledges and needs no message', async () => {
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  const [incident] = await dispatch.reader.list('c1', { limit: 1 });
  await send(incident!.id, { actor: 'p3', accept: true });
  expect(await dispatch.reader.find(incident!.id)).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: '微型消防站',
    assignments: [{ person: 'p3', state: 'accepted' }],
  });
  expect(await dispatch.reader.undelivered('c1', 'p3')).toEqual([]);
});

test('taking what one was sent to moves that assignment', async () => {
  const { id } = await acknowledgedIncident();
  const { assignment } = await send(id);
  expect(await send(id, { actor: 'p3', accept: true })).toMatchObject({ changed: true, assignment });
  expect(await send(id, { actor: 'p3', accept: true })).toMatchObject({ changed: false, assignment });
  expect((await dispatch.reader.find(id))?.assignments).toMatchObject([{ state: 'accepted' }]);
});

test('nobody takes it for another', async () => {
  const { id } = await acknowledgedIncident();
  await expect(send(id, { accept: true })).rejects.toMatchObject({ code: 'ACCEPT_NOT_OWN', path: '/accept' });
});

test('an assignment nobody answers sounds the incident anew, once, also over a restart', async () => {
  const { id } = await acknowledgedIncident();
  await send(id);
  dispatch.clock.time += testResponseMs - 1;
  await dispatch.runDue();
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'acknowledged', attention: 1 });
  await dispatch.restart();
  dispatch.clock.time += 1;
  await dispatch.runDue();
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'new', attention: 2 });
  expect((await dispatch.reader.timeline(id)).map(({ words }) => words.zh)).toContain(
    '微型消防站 未应答派遣',
  );
  dispatch.clock.time += testResponseMs;
  await dispatch.runDue();
  expect(await dispatch.reader.find(id)).toMatchObject({ attention: 2 });
});

test('who answers late, after it sounded for want of an answer, acknowledges', async () => {
  const { id } = await acknowledgedIncident();
  const { assignment = '' } = await send(id);
  dispatch.clock.time += testResponseMs;
  await dispatch.runDue();
  await dispatch.runAction((context) =>
    moveAssignment(context, id, { actor: 'p3', request: request(), to: 'accepted' }, assignment),
  );
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'acknowledged', attention: 2 });
});

test('an answer in time, or a clock put back, leaves it or sounds it at once', async () => {
  const { id } = await acknowledgedIncident();
  const { assignment = '' } = await send(id);
  await dispatch.runAction((context) =>
    moveAssignment(context, id, { actor: 'p3', request: request(), to: 'accepted' }, assignment),
  );
  dispatch.clock.time += 2 * testResponseMs;
  await dispatch.runDue();
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'acknowledged', attention: 1 });
  await send(id, { person: 'p2' });
  dispatch.clock.time -= 86_400_000;
  await dispatch.runDue();
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'new', attention: 2 });
});

test('an incident is a responder’s while it is open and was brought to them', async () => {
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  const [incident] = await dispatch.reader.openFor('c1', 'p3');
  expect(incident).toMatchObject({ kind: 'sos' });
  expect((await dispatch.reader.reachedBy(incident!.id)).sort()).toEqual(['p1', 'p2', 'p3']);
  const yellow = await acknowledgedIncidentOf('tamper', 'watch-5');
  expect((await dispatch.reader.openFor('c1', 'p3')).map(({ id }) => id)).toEqual([incident!.id]);
  await send(yellow);
  expect((await dispatch.reader.openFor('c1', 'p3')).map(({ id }) => id)).toEqual([incident!.id, yellow]);
});

async function acknowledgedIncidentOf(kind: 'tamper', device: string): Promise<string> {
  dispatch.log.append({ kind, device, at: dispatch.clock.time });
  await dispatch.applyAll();
  const incident = (await dispatch.reader.list('c1', { limit: 9 })).find((one) => one.kind === kind);
  await dispatch.runAction((context) =>
    acknowledge(context, incident!.id, { actor: 'p1', request: request(), attention: 1 }),
  );
  return incident!.id;
}
