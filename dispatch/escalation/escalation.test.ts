import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import { acknowledge } from '../acts/acknowledge.ts';
import {
  createTestDispatch,
  type Opened,
  type TestDispatch,
  testAnswerMs,
  testReopenMs,
  testStepMs,
} from '../testing/opened.ts';

let dispatch: TestDispatch;
let opened: Opened;

beforeEach(async () => {
  dispatch = await createTestDispatch();
  opened = await dispatch.open();
});
afterEach(async () => {
  await opened.close();
  dispatch.remove();
});

async function restart(): Promise<void> {
  await opened.close();
  opened = await dispatch.open();
}

async function openSos(): Promise<Incident> {
  dispatch.log.append({ at: dispatch.clock.time });
  await opened.takeAll();
  return find('sos') as Promise<Incident>;
}

async function find(kind: string): Promise<Incident | undefined> {
  return (await opened.reader.list('c1', { limit: 100 })).find((incident) => incident.kind === kind);
}

async function stepsTold(incident: Incident): Promise<number[]> {
  const rows = await opened.file.db
    .selectFrom('notification')
    .select('step')
    .where('incident', '=', incident.id)
    .where('person', '=', 'p1')
    .orderBy('step')
    .execute();
  return rows.map(({ step }) => step);
}

async function pass(ms: number): Promise<void> {
  dispatch.clock.time += ms;
  await opened.runDue();
}

function acknowledgeNow(incident: Incident, attention = 1) {
  return opened.file.write((writing) =>
    acknowledge(
      { writing, escalation: opened.escalation, assignmentAnswerMs: testAnswerMs, reopenMs: testReopenMs },
      incident.id,
      {
        actor: 'p1',
        request: 'request-1',
        attention,
      },
    ),
  );
}

test('a step is taken when due and not before', async () => {
  const incident = await openSos();
  expect(await stepsTold(incident)).toEqual([0]);
  await pass(testStepMs - 1);
  expect(await stepsTold(incident)).toEqual([0]);
  await pass(1);
  expect(await stepsTold(incident)).toEqual([0, 1]);
  await opened.runDue();
  expect(await stepsTold(incident)).toEqual([0, 1]);
});

test('after a restart the next due step is taken at once, the ones after it in their time', async () => {
  const incident = await openSos();
  dispatch.clock.time += 10 * testStepMs;
  await restart();
  await opened.runDue();
  expect(await stepsTold(incident)).toEqual([0, 1]);
  await pass(testStepMs - 1);
  expect(await stepsTold(incident)).toEqual([0, 1]);
  await pass(1);
  expect(await stepsTold(incident)).toEqual([0, 1, 2]);
});

test('acknowledgement ends it', async () => {
  const incident = await openSos();
  await pass(testStepMs);
  await acknowledgeNow(incident);
  await pass(testStepMs);
  expect(await stepsTold(incident)).toEqual([0, 1]);
  expect(await opened.reader.undelivered('p1')).toEqual([]);
});

test('unanswered to its end, it opens one incident that names it and leads to no other', async () => {
  const incident = await openSos();
  for (let step = 1; step <= 3; step++) await pass(testStepMs);
  expect(await find('nobody-reached')).toBeUndefined();
  await pass(testStepMs);
  const unreached = await find('nobody-reached');
  expect(unreached).toMatchObject({
    source: 'platform',
    level: 'red',
    state: 'new',
    place: { dwelling: 'b3u2-101', label: `${incident.number} 3栋2单元101` },
  });
  expect(await stepsTold(unreached!)).toEqual([0]);
  expect((await opened.reader.timeline(incident.id)).at(-1)?.words.zh).toContain(unreached!.number);
  for (let step = 1; step <= 10; step++) await pass(testStepMs);
  const all = await opened.reader.list('c1', { limit: 100 });
  expect(all.map(({ kind }) => kind).sort()).toEqual(['nobody-reached', 'sos']);
});

test('another alarm before anybody answered is told at once and does not push the next step away', async () => {
  const incident = await openSos();
  dispatch.clock.time += testStepMs - 1;
  dispatch.log.append({ kind: 'fall', at: dispatch.clock.time });
  await opened.takeAll();
  expect(await find('sos')).toMatchObject({ attention: 2 });
  expect(await opened.reader.undelivered('p1')).toMatchObject([{ incident: incident.id, step: 0 }]);
  await pass(1);
  expect(await stepsTold(incident)).toEqual([0, 0, 1]);
});

test('a yellow incident is told once', async () => {
  dispatch.log.append({ kind: 'tamper' });
  await opened.takeAll();
  const incident = await find('tamper');
  await pass(10 * testStepMs);
  expect(await stepsTold(incident!)).toEqual([0]);
  expect(await find('nobody-reached')).toBeUndefined();
});

test('a clock put back by a day does not hold the next step for a day', async () => {
  const incident = await openSos();
  await pass(-86_400_000);
  expect(await stepsTold(incident)).toEqual([0, 1]);
});

test('a message not yet marked as sent before a restart is sent as a possible repeat', async () => {
  await openSos();
  await restart();
  expect(await opened.delivery.markPossibleRepeats()).toBe(3);
  await opened.delivery.run();
  expect(await opened.reader.undelivered('p1')).toMatchObject([{ state: 'sent', possibleRepeat: true }]);
  await restart();
  expect(await opened.delivery.markPossibleRepeats()).toBe(0);
});

test('a message of an incident answered meanwhile is not sent', async () => {
  const incident = await openSos();
  await acknowledgeNow(incident);
  await opened.delivery.run();
  const rows = await opened.file.db.selectFrom('notification').select(['state', 'reason']).execute();
  expect(rows).toEqual(Array(3).fill({ state: 'failed', reason: 'no longer needed' }));
});
