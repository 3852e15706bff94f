import { beforeEach, expect, test } from 'vitest';
import { acknowledge } from '../actions/acknowledge.ts';
import type { ActionContext } from '../actions/action.ts';
import { assign } from '../actions/assign.ts';
import { moveAssignment } from '../actions/move-assignment.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const request = () => crypto.randomUUID();

function after<T>(ms: number, work: (context: ActionContext) => Promise<T>): Promise<T> {
  dispatch.clock.time += ms;
  return dispatch.runAction(work);
}

async function alarmOf(kind: 'sos' | 'fall'): Promise<string> {
  dispatch.log.append({ kind, at: dispatch.clock.time });
  await dispatch.applyAll();
  return (await dispatch.reader.list('c1', { limit: 1 }))[0]?.id ?? '';
}

const seen = (id: string, attention: number) => (context: ActionContext) =>
  acknowledge(context, id, { actor: 'p1', request: request(), attention });
const sent = (id: string, person: string) => (context: ActionContext) =>
  assign(context, id, { actor: 'p1', request: request(), person });
const moved =
  (id: string, assignment: string, actor: string, to: 'accepted' | 'on-scene') => (context: ActionContext) =>
    moveAssignment(context, id, { actor, request: request(), to }, assignment);

async function responses(): Promise<[string, number][]> {
  const changes = await dispatch.reader.changes(0, 100);
  return changes.flatMap(({ transition, responseMs }) =>
    responseMs === undefined ? [] : [[transition, responseMs]],
  );
}

test('seen is counted from its own attention, accepted and on the scene from opening, the first of each', async () => {
  const id = await alarmOf('sos');
  await after(10_000, seen(id, 1));
  const first = await after(20_000, sent(id, 'p3'));
  const second = await after(0, sent(id, 'p2'));
  await after(30_000, moved(id, first.assignment ?? '', 'p3', 'accepted'));
  dispatch.clock.time += 40_000;
  expect(await alarmOf('fall')).toBe(id);
  await after(5000, seen(id, 2));
  await after(1000, moved(id, second.assignment ?? '', 'p2', 'accepted'));
  await after(60_000, moved(id, first.assignment ?? '', 'p3', 'on-scene'));
  await after(60_000, moved(id, second.assignment ?? '', 'p2', 'on-scene'));
  expect(await responses()).toEqual([
    ['acknowledged', 10_000],
    ['accepted', 60_000],
    ['acknowledged', 5000],
    ['on-scene', 166_000],
  ]);
});

test('every change tells the building and none the dwelling', async () => {
  await alarmOf('sos');
  const changes = await dispatch.reader.changes(0, 100);
  expect(changes.map(({ building }) => building)).toEqual(changes.map(() => 'b3'));
  expect(JSON.stringify(changes)).not.toContain('b3u2');
});

test('a clock behind that of the journal makes no time below zero', async () => {
  const id = await alarmOf('sos');
  await after(-3000, seen(id, 1));
  expect(await responses()).toEqual([['acknowledged', 0]]);
});
