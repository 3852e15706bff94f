import { beforeEach, expect, test } from 'vitest';
import { type EventKind, eventKinds, factsOf } from '#contracts/facts/event-kinds.ts';
import type { Incident } from '#contracts/incident.ts';
import { maxHoldMs } from '../escalation/escalation.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testStepMs } from '../testing/test-parts.ts';
import { acknowledge } from './acknowledge.ts';
import { assign } from './assign.ts';
import { familyCalled } from './family-called.ts';
import { requestVisit } from './request-visit.ts';
import { resolve } from './resolve.ts';

let dispatch: TestDispatch;
let requests = 0;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const request = () => `request-${++requests}`;

const call = (id: string, actor = 'kin') =>
  dispatch.runAction((context) => familyCalled(context, id, { actor, request: request() }));
const askForVisit = (resident = 'r1', actor = 'kin') =>
  dispatch.runAction((context) =>
    requestVisit(context, '', { actor, request: request(), community: 'c1', resident }),
  );

async function open(kind: EventKind | 'inactivity'): Promise<Incident> {
  const level = kind === 'inactivity' ? { level: 'orange' as const } : {};
  dispatch.log.append({ kind, at: dispatch.clock.time, ...level });
  await dispatch.applyAll();
  const all = await dispatch.reader.list('c1', { limit: 100 });
  return all.find((incident) => incident.kind === kind) as Incident;
}

async function stepsTold(incident: string): Promise<number> {
  const rows = await dispatch.database.db
    .selectFrom('notification')
    .select('step')
    .where('incident', '=', incident)
    .where('person', '=', 'p1')
    .execute();
  return rows.length;
}

async function pass(ms: number): Promise<void> {
  dispatch.clock.time += ms;
  await dispatch.runDue();
}

test('a call stands on the timeline and holds the next step of an inactivity incident for 15 min', async () => {
  const { id } = await open('inactivity');
  await call(id);
  expect((await dispatch.reader.timeline(id)).at(-1)).toMatchObject({ type: 'family-called', actor: '家属' });
  expect(await dispatch.reader.heldUntil(id)).toBe(dispatch.clock.time + maxHoldMs);
  await pass(testStepMs);
  await pass(maxHoldMs - testStepMs - 1);
  expect(await stepsTold(id)).toBe(1);
  await pass(1);
  expect(await stepsTold(id)).toBe(2);
  expect(await dispatch.reader.heldUntil(id)).toBeUndefined();
});

test('calls hold twice and no more; a clock put back ends a hold', async () => {
  const { id } = await open('inactivity');
  await call(id);
  dispatch.clock.time += 60_000;
  await call(id);
  const until = await dispatch.reader.heldUntil(id);
  dispatch.clock.time += 60_000;
  await call(id);
  expect(await dispatch.reader.heldUntil(id)).toBe(until);
  await pass(-86_400_000);
  expect(await stepsTold(id)).toBe(2);
});

const lifeSafetyKinds = (Object.keys(eventKinds) as EventKind[]).filter((kind) => factsOf(kind).lifeSafety);

test.each(lifeSafetyKinds)('life safety is never held: %s', async (kind) => {
  const { id } = await open(kind);
  const before = await stepsTold(id);
  await call(id);
  expect(await dispatch.reader.heldUntil(id)).toBeUndefined();
  await pass(testStepMs);
  expect(await stepsTold(id)).toBe(before + 1);
});

test('a visit asked for after a call ends the hold: the next step is taken at once', async () => {
  const { id } = await open('inactivity');
  await call(id);
  expect(await askForVisit()).toMatchObject({ incident: id, changed: true });
  expect(await dispatch.reader.heldUntil(id)).toBeUndefined();
  await pass(0);
  expect(await stepsTold(id)).toBe(2);
});

test('only a relative of who lives there calls or asks for a visit', async () => {
  const { id } = await open('inactivity');
  await expect(call(id, 'p1')).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' });
  await expect(askForVisit('r2')).rejects.toMatchObject({ code: 'RESIDENT_UNKNOWN', path: '/resident' });
  await expect(askForVisit('nobody')).rejects.toMatchObject({ code: 'RESIDENT_UNKNOWN' });
});

test('a visit asked for opens an orange incident at the dwelling, once while it stands', async () => {
  const { incident } = await askForVisit();
  expect(await dispatch.reader.find(incident)).toMatchObject({
    kind: 'visit-request',
    level: 'orange',
    source: 'family',
    state: 'new',
    place: { dwelling: 'b3u2-101', label: '3栋2单元101' },
  });
  expect(await stepsTold(incident)).toBe(1);
  expect(await askForVisit()).toEqual({ incident, version: expect.any(Number), changed: false });
  expect(await dispatch.reader.ofDwelling('c1', 'b3u2-101', { resolvedSince: 0, limit: 9 })).toHaveLength(1);
});

test('a visit asked for, seen, and to which nobody goes is asked for again and sounds again, and not while somebody goes', async () => {
  const { incident } = await askForVisit();
  for (const attention of [1, 2]) {
    await dispatch.runAction((context) =>
      acknowledge(context, incident, { actor: 'p1', request: request(), attention }),
    );
    expect(await askForVisit()).toMatchObject({ incident, changed: true });
    expect(await dispatch.reader.find(incident)).toMatchObject({ state: 'new', attention: attention + 1 });
  }
  await dispatch.runAction((context) =>
    assign(context, incident, { actor: 'p3', request: request(), person: 'p3', accept: true }),
  );
  expect(await askForVisit()).toMatchObject({ incident, changed: false });
  expect(await dispatch.reader.find(incident)).toMatchObject({ state: 'acknowledged', attention: 3 });
});

test('a visit asked for joins the open incident of the dwelling, which asks to be acknowledged anew', async () => {
  const { id } = await open('tamper');
  await dispatch.runAction((context) =>
    acknowledge(context, id, { actor: 'p1', request: request(), attention: 1 }),
  );
  expect(await askForVisit()).toMatchObject({ incident: id, changed: true });
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'new', level: 'orange', attention: 2 });
  expect((await dispatch.reader.timeline(id)).map(({ type }) => type)).toContain('visit-requested');
});

test('one request stands at a time, whatever else comes to the dwelling', async () => {
  const { incident } = await askForVisit();
  await open('inactivity');
  dispatch.log.append({ kind: 'smoke', at: dispatch.clock.time });
  await dispatch.applyAll();
  expect(await askForVisit()).toMatchObject({ incident, changed: false });
});

test('a visit is asked for where the elder lives, and never joins what the platform opened', async () => {
  const elsewhere = dispatch.runAction((context) =>
    requestVisit(context, '', { actor: 'p-elsewhere', request: request(), community: 'c2', resident: 'r1' }),
  );
  await expect(elsewhere).rejects.toMatchObject({ code: 'RESIDENT_UNKNOWN' });
  const { id } = await open('sos');
  for (let step = 0; step < 4; step++) await pass(testStepMs);
  await dispatch.runAction((context) =>
    acknowledge(context, id, { actor: 'p1', request: request(), attention: 1 }),
  );
  await dispatch.runAction((context) =>
    resolve(context, id, { actor: 'p1', request: request(), outcome: 'false' }),
  );
  const { incident } = await askForVisit();
  expect(await dispatch.reader.find(incident)).toMatchObject({ kind: 'visit-request' });
});

test('an SOS after a visit was asked for joins it and sounds', async () => {
  const { incident } = await askForVisit();
  await open('sos');
  expect(await dispatch.reader.find(incident)).toMatchObject({ kind: 'sos', level: 'red', attention: 2 });
});
