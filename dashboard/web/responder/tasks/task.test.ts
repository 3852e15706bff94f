import { expect, test } from 'vitest';
import type { AssignmentState } from '#contracts/facts/assignments.ts';
import type { Assignment, Incident } from '#contracts/incident.ts';
import { exampleIncident, exampleNow } from '#dashboard/testing/live-examples.ts';
import { isGoing, levelToRing, type TaskStatus, tasksOf } from './task.ts';

const me = 'station-1';
const assignment = (state: AssignmentState, change: Partial<Assignment> = {}): Assignment => ({
  id: 'a-1',
  person: me,
  personName: '微型消防站 1 号',
  state,
  changedAt: exampleNow,
  ...change,
});
const taskOf = (change: Partial<Incident>, answered?: number) =>
  tasksOf([exampleIncident(change)], me, () => answered)[0];
const of = (state: AssignmentState, change: Partial<Assignment> = {}) => ({
  assignments: [assignment(state, change)],
});

test.each<[string, Partial<Incident>, number | undefined, TaskStatus, boolean]>([
  ['notified, nobody has answered', {}, undefined, 'notified', true],
  ['notified, somebody has answered', { state: 'acknowledged' }, undefined, 'covered', false],
  ['notified, said no', {}, 1, 'refused', false],
  ['notified, said no, then another alarm', { attention: 2 }, 1, 'notified', true],
  ['sent', of('assigned'), undefined, 'assigned', true],
  [
    'sent, the desk has acknowledged',
    { ...of('assigned'), state: 'acknowledged' },
    undefined,
    'assigned',
    true,
  ],
  ['said no to an assignment', { ...of('declined'), state: 'acknowledged' }, undefined, 'refused', false],
  ['said no, then another alarm', { ...of('declined'), attention: 2 }, 1, 'notified', true],
  ['goes', of('accepted'), 1, 'accepted', false],
  ['goes, on another phone', of('en-route'), undefined, 'en-route', false],
  ['goes, another alarm', { ...of('en-route'), attention: 2 }, 1, 'en-route', true],
  [
    'is there, another alarm, on another phone',
    { ...of('on-scene'), lastAlarmAt: exampleNow + 1 },
    undefined,
    'on-scene',
    true,
  ],
  ['called off', of('released'), 1, 'released', false],
  ['called off, then another alarm', { ...of('released'), attention: 2 }, 1, 'notified', true],
])('%s', (_name, change, answered, status, asks) => {
  expect(taskOf(change, answered)).toMatchObject({ status, asks });
});

test('of what rings, that which nobody answers stands first and rings as red', () => {
  const tasks = tasksOf(
    [
      exampleIncident({ id: 'red' }),
      exampleIncident({ id: 'unanswered', level: 'orange', unansweredSince: exampleNow }),
    ],
    me,
    () => undefined,
  );
  expect(tasks.map(({ incident }) => incident.id)).toEqual(['unanswered', 'red']);
  expect(levelToRing(tasks.slice(0, 1))).toBe('red');
});

test("of several assignments of one person the latest counts, and nobody else's", () => {
  const assignments = [
    assignment('declined'),
    assignment('accepted', { id: 'a-2', changedAt: exampleNow + 5 }),
    assignment('released', { id: 'a-3', person: 'station-2', changedAt: exampleNow + 9 }),
  ];
  expect(taskOf({ assignments })).toMatchObject({ status: 'accepted', mine: { id: 'a-2' } });
});

test('what rings comes first, then where one goes, then the rest; each worst first', () => {
  const incidents = [
    exampleIncident({ id: 'i-covered', state: 'acknowledged' }),
    exampleIncident({ id: 'i-going', ...of('accepted') }),
    exampleIncident({ id: 'i-orange', level: 'orange' }),
    exampleIncident({ id: 'i-red-later', lastAlarmAt: exampleNow + 1 }),
    exampleIncident({ id: 'i-red' }),
    exampleIncident({ id: 'i-over', state: 'resolved' }),
  ];
  const ids = tasksOf(incidents, me, () => undefined).map(({ incident }) => incident.id);
  expect(ids).toEqual(['i-red', 'i-red-later', 'i-orange', 'i-going', 'i-covered']);
});

test.each<[string, Partial<Incident>[], 'red' | 'orange' | undefined]>([
  ['nothing', [], undefined],
  ['a covered red one', [{ state: 'acknowledged' }], undefined],
  ['a yellow assignment', [{ level: 'yellow', ...of('assigned') }], 'orange'],
  ['orange and red', [{ level: 'orange' }, { level: 'red' }], 'red'],
])('%s rings as it should', (_name, incidents, level) => {
  expect(levelToRing(tasksOf(incidents.map(exampleIncident), me, () => undefined))).toBe(level);
});

test('who goes is who said so and was not called off', () => {
  const all: TaskStatus[] = [
    'assigned',
    'notified',
    'accepted',
    'en-route',
    'on-scene',
    'covered',
    'refused',
    'released',
  ];
  expect(all.filter(isGoing)).toEqual(['accepted', 'en-route', 'on-scene']);
});
