import { expect, test } from 'vitest';
import { exampleIncident } from '#dashboard/testing/live-examples.ts';
import type { Standing, Task } from './task.ts';
import { movesOf } from './task-moves.ts';

const task = (standing: Standing, asks: boolean): Task => ({
  incident: exampleIncident(),
  mine: undefined,
  standing,
  asks,
});

test.each<[Standing, boolean, string[]]>([
  ['assigned', true, ['accepted', 'declined']],
  ['told', true, ['take', 'silence']],
  ['accepted', false, ['en-route']],
  ['accepted', true, ['silence']],
  ['en-route', false, ['on-scene']],
  ['en-route', true, ['silence']],
  ['on-scene', false, []],
  ['on-scene', true, ['silence']],
  ['covered', false, ['take']],
  ['refused', false, ['take']],
  ['released', false, []],
])('%s, asking %s: the buttons do %j', (standing, asks, expected) => {
  expect(movesOf(task(standing, asks)).map(({ to }) => to)).toEqual(expected);
});

test('whatever rings can be answered', () => {
  const all: Standing[] = ['assigned', 'told', 'accepted', 'en-route', 'on-scene'];
  for (const standing of all) expect(movesOf(task(standing, true)).some(({ isMain }) => isMain)).toBe(true);
});
