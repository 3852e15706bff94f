import { beforeEach, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import { createMetrics } from '#runtime/health.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import { recoverPending } from '../channels/notification-store.ts';
import { createDispatchMetrics } from '../metrics.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testRepeatMs, testStepMs } from '../testing/test-parts.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

async function restart(): Promise<void> {
  await dispatch.restart();
}

async function openSos(): Promise<Incident> {
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  return find('sos') as Promise<Incident>;
}

async function find(kind: string): Promise<Incident | undefined> {
  return (await dispatch.reader.list('c1', { limit: 100 })).find((incident) => incident.kind === kind);
}

async function stepsTold(incident: Incident): Promise<number[]> {
  const rows = await dispatch.database.db
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
  await dispatch.runDue();
}

function acknowledgeNow(incident: Incident, attention = 1) {
  return dispatch.runAction((context) =>
    acknowledge(context, incident.id, { actor: 'p1', request: 'request-1', attention }),
  );
}

test('a step is taken when due and not before', async () => {
  const incident = await openSos();
  expect(await stepsTold(incident)).toEqual([0]);
  await pass(testStepMs - 1);
  expect(await stepsTold(incident)).toEqual([0]);
  await pass(1);
  expect(await stepsTold(incident)).toEqual([0, 1]);
  await dispatch.runDue();
  expect(await stepsTold(incident)).toEqual([0, 1]);
});

test('after a restart the next due step is taken at once, the ones after it in their time', async () => {
  const incident = await openSos();
  dispatch.clock.time += 10 * testStepMs;
  await restart();
  await dispatch.runDue();
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
  expect(await dispatch.reader.undelivered('c1', 'p1')).toEqual([]);
});

/** Takes every step up to the one with which nobody answers: three, one repeat, and a wait. */
async function passAllSteps(): Promise<void> {
  for (let step = 1; step <= 4; step++) await pass(testStepMs);
}

const unansweredLines = async ({ id }: Incident) =>
  (await dispatch.reader.timeline(id)).filter(({ type }) => type === 'unanswered');

test('told to its end and answered by nobody, the incident itself says so above all others', async () => {
  const incident = await openSos();
  for (let step = 1; step <= 3; step++) await pass(testStepMs);
  expect(await find('sos')).not.toHaveProperty('unansweredSince');
  await pass(testStepMs);
  expect(await find('sos')).toMatchObject({ state: 'new', unansweredSince: dispatch.clock.time });
  expect(await unansweredLines(incident)).toHaveLength(1);
  dispatch.log.append({ kind: 'smoke', device: 'panel', at: dispatch.clock.time });
  dispatch.log.append({ kind: 'door-forced', device: 'gate', at: dispatch.clock.time });
  await dispatch.applyAll();
  const all = await dispatch.reader.list('c1', { limit: 100 });
  expect(all.map(({ kind }) => kind)).toEqual(['sos', 'smoke', 'door-forced']);
});

test('while nobody answers all are told again and again, and of what no page took the newest word is kept', async () => {
  const incident = await openSos();
  await dispatch.delivery.run();
  await passAllSteps();
  await dispatch.delivery.run();
  for (let again = 1; again <= 5; again++) {
    await pass(testRepeatMs - 1);
    const before = await stepsTold(incident);
    await pass(1);
    await dispatch.delivery.run();
    expect(await stepsTold(incident)).not.toEqual(before);
  }
  expect(await stepsTold(incident)).toEqual([0, 1, 2, 3, 4, 9]);
  expect(await unansweredLines(incident)).toHaveLength(1);
});

test('the second time nobody answers it says so again, as often as it happens', async () => {
  const incident = await openSos();
  for (let attention = 1; attention <= 3; attention++) {
    await passAllSteps();
    expect(await find('sos')).toMatchObject({ attention, unansweredSince: dispatch.clock.time });
    expect(await unansweredLines(incident)).toHaveLength(attention);
    await acknowledgeNow(incident, attention);
    const seen = await find('sos');
    expect(seen).toMatchObject({ state: 'acknowledged' });
    expect(seen).not.toHaveProperty('unansweredSince');
    dispatch.log.append({ at: dispatch.clock.time });
    await dispatch.applyAll();
    expect(await find('sos')).not.toHaveProperty('unansweredSince');
  }
});

test('another alarm on what nobody answers is told at once and leaves it unanswered', async () => {
  const incident = await openSos();
  await passAllSteps();
  dispatch.log.append({ kind: 'fall', at: dispatch.clock.time });
  await dispatch.applyAll();
  expect(await find('sos')).toMatchObject({ attention: 2, unansweredSince: expect.any(Number) });
  expect(await dispatch.reader.undelivered('c1', 'p1')).toMatchObject([{ incident: incident.id }]);
  await pass(testRepeatMs);
  expect(await dispatch.reader.undelivered('c1', 'p1')).toHaveLength(2);
});

test('that nobody is at the wall can itself be answered by nobody', async () => {
  await dispatch.database.write((transaction) =>
    dispatch.walls.report(transaction, {
      communities: [{ community: 'c1', enrolled: 1, watched: 0, because: 'away' }],
    }),
  );
  for (let passed = 0; passed < 8; passed++) await pass(testStepMs);
  expect(await find('nobody-at-wall')).toMatchObject({ unansweredSince: expect.any(Number) });
});

test('another alarm before anybody answered is told at once and does not push the next step away', async () => {
  const incident = await openSos();
  dispatch.clock.time += testStepMs - 1;
  dispatch.log.append({ kind: 'fall', at: dispatch.clock.time });
  await dispatch.applyAll();
  expect(await find('sos')).toMatchObject({ attention: 2 });
  expect(await dispatch.reader.undelivered('c1', 'p1')).toMatchObject([{ incident: incident.id, step: 0 }]);
  await pass(1);
  expect(await stepsTold(incident)).toEqual([0, 0, 1]);
});

test('a yellow incident is told once', async () => {
  dispatch.log.append({ kind: 'tamper' });
  await dispatch.applyAll();
  const incident = await find('tamper');
  await pass(10 * testStepMs);
  expect(await stepsTold(incident!)).toEqual([0]);
  expect(await find('tamper')).not.toHaveProperty('unansweredSince');
});

test('a clock put back by a day does not hold the next step for a day', async () => {
  const incident = await openSos();
  await pass(-86_400_000);
  expect(await stepsTold(incident)).toEqual([0, 1]);
});

test('a message not yet marked as sent before a restart is sent as a possible repeat', async () => {
  const metrics = createDispatchMetrics(createMetrics());
  await openSos();
  await restart();
  expect(await recoverPending(dispatch.database, ['in-app'], metrics)).toBe(3);
  await dispatch.delivery.run();
  expect(await dispatch.reader.undelivered('c1', 'p1')).toMatchObject([
    { state: 'sent', possibleRepeat: true },
  ]);
  await restart();
  expect(await recoverPending(dispatch.database, ['in-app'], metrics)).toBe(0);
});

test('a message of an incident answered meanwhile is not sent', async () => {
  const incident = await openSos();
  await acknowledgeNow(incident);
  await dispatch.delivery.run();
  const rows = await dispatch.database.db.selectFrom('notification').select(['state', 'reason']).execute();
  expect(rows).toEqual(Array(3).fill({ state: 'failed', reason: 'no longer needed' }));
});
