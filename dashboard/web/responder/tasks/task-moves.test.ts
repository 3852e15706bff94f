import { expect, test } from 'vitest';
import { exampleIncident } from '#dashboard/testing/live-examples.ts';
import type { Task, TaskStatus } from './task.ts';
import { movesOf } from './task-moves.ts';

const task = (status: TaskStatus, asks: boolean): Task => ({
  incident: exampleIncident(),
  mine: undefined,
  status,
  asks,
});

test.each<[TaskStatus, boolean, string[]]>([
  ['assigned', true, ['accepted', 'declined']],
  ['notified', true, ['take', 'silence']],
  ['accepted', false, ['en-route']],
  ['accepted', true, ['silence']],
  ['en-route', false, ['on-scene']],
  ['en-route', true, ['silence']],
  ['on-scene', false, []],
  ['on-scene', true, ['silence']],
  ['covered', false, ['take']],
  ['refused', false, ['take']],
  ['released', false, []],
])('%s, asking %s: the buttons do %j', (status, asks, expected) => {
  expect(movesOf(task(status, asks)).map(({ to }) => to)).toEqual(expected);
});

test('whatever rings can be answered', () => {
  const all: TaskStatus[] = ['assigned', 'notified', 'accepted', 'en-route', 'on-scene'];
  for (const status of all) expect(movesOf(task(status, true)).some(({ isMain }) => isMain)).toBe(true);
});
