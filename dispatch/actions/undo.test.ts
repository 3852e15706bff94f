import { beforeEach, expect, test } from 'vitest';
import type { AssignmentState } from '#contracts/facts/assignments.ts';
import type { Incident } from '#contracts/incident.ts';
import type { Person } from '#registry/community-registry.ts';
import { restoredWithinMs } from '../escalation/restore-assignments.ts';
import { withPeople } from '../testing/community.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testResponseMs } from '../testing/test-parts.ts';
import { acknowledge } from './acknowledge.ts';
import { assign } from './assign.ts';
import { moveAssignment } from './move-assignment.ts';
import { reopen, resolve } from './resolve.ts';

let dispatch: TestDispatch;
let requests = 0;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const who = (actor = 'p1') => ({ actor, request: `request-${++requests}` });
const find = async (id: string) => (await dispatch.reader.find(id)) as Incident;

/** An incident that p1 has seen, of a watch of its own. */
async function seenIncident(device = 'watch-0', change: object = {}): Promise<string> {
  dispatch.log.append({ device, at: dispatch.clock.time, ...change });
  await dispatch.applyAll();
  const all = await dispatch.reader.list('c1', { limit: 10 });
  const { id, attention } = all.find(({ state }) => state === 'new') as Incident;
  await dispatch.runAction((context) => acknowledge(context, id, { ...who(), attention }));
  return id;
}

/** Sends a person and lets them come as far as a state. */
async function send(id: string, person: string, to: AssignmentState = 'assigned'): Promise<string> {
  const { assignment = '' } = await dispatch.runAction((context) =>
    assign(context, id, { ...who(), person }),
  );
  for (const step of ['accepted', 'en-route', 'on-scene'] as const) {
    if (to === 'assigned') break;
    await dispatch.runAction((context) =>
      moveAssignment(context, id, { ...who(person), to: step }, assignment),
    );
    if (step === to) break;
  }
  return assignment;
}
const move = (id: string, assignment: string, to: 'declined' | 'released', actor = 'p1') =>
  dispatch.runAction((context) => moveAssignment(context, id, { ...who(actor), to }, assignment));
const close = (id: string) =>
  dispatch.runAction((context) => resolve(context, id, { ...who(), outcome: 'false' }));
const openAgain = (id: string) => dispatch.runAction((context) => reopen(context, id, who()));

async function pass(ms: number): Promise<void> {
  dispatch.clock.time += ms;
  await dispatch.runDue();
}

/** The registry anew, with something changed of a person. */
function change(id: string, to: Partial<Person>): void {
  dispatch.registry = withPeople(dispatch.registry, { [id]: to });
}

test('closed by a slip and opened again, whoever was going is going as before', async () => {
  const id = await seenIncident();
  await send(id, 'p3', 'en-route');
  await send(id, 'p2', 'on-scene');
  await close(id);
  await pass(20_000);
  await openAgain(id);
  expect(await find(id)).toMatchObject({
    state: 'acknowledged',
    attention: 1,
    acknowledgedBy: '值班员',
    assignments: [
      { person: 'p3', state: 'en-route' },
      { person: 'p2', state: 'on-scene' },
    ],
  });
  expect((await dispatch.reader.timeline(id)).at(-1)?.words).toEqual({
    zh: '值班员 重新打开；恢复派遣：微型消防站（在路上）、经理（已到场）',
    en: 'Reopened by 值班员; sent as before: 微型消防站 (on the way), 经理 (on the scene)',
  });
});

test('who had not answered is given the time that was left, and told where the message had not gone out', async () => {
  const id = await seenIncident();
  await send(id, 'p3');
  await pass(testResponseMs - 5000);
  await close(id);
  await dispatch.delivery.run();
  await pass(100_000);
  await openAgain(id);
  await dispatch.delivery.run();
  expect(await dispatch.reader.undelivered('c1', 'p3')).toMatchObject([
    { about: 'assignment', state: 'sent' },
  ]);
  await pass(4999);
  expect(await find(id)).toMatchObject({ state: 'acknowledged' });
  await pass(1);
  expect(await find(id)).toMatchObject({ state: 'new', attention: 2 });
});

test('opened again where nobody was going, it is as it was', async () => {
  const id = await seenIncident();
  await move(id, await send(id, 'p3'), 'declined', 'p3');
  const { attention } = await find(id);
  await dispatch.runAction((context) => acknowledge(context, id, { ...who(), attention }));
  await close(id);
  await openAgain(id);
  expect(await find(id)).toMatchObject({
    state: 'acknowledged',
    attention,
    assignments: [{ state: 'declined' }],
  });
});

test.each<[string, () => Promise<void>]>([
  ['has left', async () => change('p3', { enabled: 0 })],
  ['has no right to go any more', async () => change('p3', { rights: [] })],
  ['is sent elsewhere since', async () => void (await send(await seenIncident('watch-7'), 'p3'))],
  ['was told so long ago that they are home', () => pass(restoredWithinMs + 1)],
])('opened again where the only one going %s, it sounds anew', async (_name, meanwhile) => {
  const id = await seenIncident();
  await send(id, 'p3', 'accepted');
  await close(id);
  await meanwhile();
  await openAgain(id);
  const incident = await find(id);
  expect(incident).toMatchObject({ state: 'new', attention: 2, assignments: [{ state: 'released' }] });
  expect((await dispatch.reader.undelivered('c1', 'p1')).map(({ incident: of }) => of)).toContain(id);
});

test('a detector that reports again at once finds whoever was on the way on the way', async () => {
  const id = await seenIncident('panel', { kind: 'smoke', warning: 'w-smoke' });
  await send(id, 'p3', 'en-route');
  await close(id);
  dispatch.clock.time += 20_000;
  dispatch.log.append({
    kind: 'smoke',
    device: 'panel',
    warning: 'w-smoke',
    transition: 'repeated',
    at: dispatch.clock.time,
  });
  await dispatch.applyAll();
  expect(await find(id)).toMatchObject({ state: 'new', attention: 2, assignments: [{ state: 'en-route' }] });
});

test('what closed twice is given back as it was the second time', async () => {
  const id = await seenIncident();
  const assignment = await send(id, 'p3', 'accepted');
  await close(id);
  await openAgain(id);
  await dispatch.runAction((context) =>
    moveAssignment(context, id, { ...who('p3'), to: 'en-route' }, assignment),
  );
  await close(id);
  await openAgain(id);
  expect(await find(id)).toMatchObject({ assignments: [{ state: 'en-route' }] });
});

test('the desk takes back the only one who goes: it sounds anew, and not while another goes', async () => {
  const id = await seenIncident();
  const first = await send(id, 'p3', 'on-scene');
  const second = await send(id, 'p2', 'accepted');
  await move(id, first, 'released');
  expect(await find(id)).toMatchObject({ state: 'acknowledged', attention: 1 });
  await move(id, second, 'released');
  expect(await find(id)).toMatchObject({ state: 'new', attention: 2 });
});

test('while it sounds anyway, whoever leaves changes nothing of what is asked', async () => {
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  const [{ id } = { id: '' }] = await dispatch.reader.list('c1', { limit: 1 });
  await move(id, await send(id, 'p3'), 'released');
  expect(await find(id)).toMatchObject({ state: 'new', attention: 1 });
});

test('sent, unheeded, seen again: their time runs anew, and passes unheeded again', async () => {
  const id = await seenIncident();
  await send(id, 'p3');
  for (let attention = 2; attention <= 4; attention++) {
    await pass(testResponseMs);
    expect(await find(id)).toMatchObject({ state: 'new', attention });
    await dispatch.runAction((context) => acknowledge(context, id, { ...who(), attention }));
    expect(await find(id)).toMatchObject({ state: 'acknowledged' });
  }
});

test.each<[string, Parameters<typeof change>[1]]>([
  ['whose account is disabled', { enabled: 0 }],
  ['whose rights are withdrawn', { rights: [] }],
  ['who is of another community now', { community: 'c2' }],
])('somebody on the way %s is released, and with nobody else going it sounds anew', async (_name, to) => {
  const id = await seenIncident();
  await send(id, 'p3', 'en-route');
  const second = await send(id, 'p2', 'accepted');
  change('p3', to);
  await pass(0);
  expect(await find(id)).toMatchObject({
    state: 'acknowledged',
    assignments: [{ state: 'released' }, { state: 'accepted' }],
  });
  expect((await dispatch.reader.timeline(id)).at(-1)).toMatchObject({ type: 'released' });
  await move(id, second, 'released');
  expect(await find(id)).toMatchObject({ state: 'new', attention: 2 });
});

test('the only one on the way leaves while dispatch is away: it sounds anew at its start', async () => {
  const id = await seenIncident();
  await send(id, 'p3', 'on-scene');
  change('p3', { enabled: 0 });
  await dispatch.restart();
  await pass(0);
  expect(await find(id)).toMatchObject({ state: 'new', attention: 2, assignments: [{ state: 'released' }] });
});

test('a relative is nobody to be sent', async () => {
  const id = await seenIncident();
  await expect(send(id, 'kin')).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' });
});
