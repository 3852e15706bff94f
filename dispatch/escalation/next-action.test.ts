import { expect, test } from 'vitest';
import { type AssignmentState, assignmentStates } from '#contracts/facts/assignments.ts';
import { incidentStates } from '#contracts/incident.ts';
import { type NextAction, nextAction, type ResponderStatus } from './next-action.ts';

const at = 1_795_482_901_000;
const goes = (state: AssignmentState, person = 'p1', answerDueAt: number | null = null): ResponderStatus => ({
  person,
  state,
  answerDueAt,
});
const asked = (person: string, by: number) => goes('assigned', person, by);

const table: [string, 'new' | 'acknowledged', ResponderStatus[], boolean, NextAction][] = [
  ['unseen', 'new', [], false, { action: 'notify' }],
  ['unseen, the last one left', 'new', [goes('declined')], true, { action: 'notify' }],
  ['unseen, somebody on the way', 'new', [goes('en-route')], false, { action: 'notify' }],
  ['seen, nobody sent', 'acknowledged', [], false, { action: 'send' }],
  ['seen again after all had left', 'acknowledged', [goes('released')], false, { action: 'send' }],
  ['the last one left', 'acknowledged', [goes('released')], true, { action: 're-alert' }],
  ['the last one declined', 'acknowledged', [goes('declined')], true, { action: 're-alert' }],
  [
    'one left, another goes',
    'acknowledged',
    [goes('released'), goes('accepted', 'p2')],
    true,
    { action: 'set-off', person: 'p2' },
  ],
  ['sent', 'acknowledged', [asked('p1', at)], false, { action: 'answer', person: 'p1', by: at }],
  [
    'two sent: the first answer due',
    'acknowledged',
    [asked('p1', at + 1), asked('p2', at)],
    false,
    { action: 'answer', person: 'p2', by: at },
  ],
  [
    'one there, one sent: what has a time',
    'acknowledged',
    [goes('on-scene'), asked('p2', at)],
    false,
    { action: 'answer', person: 'p2', by: at },
  ],
  ['sent, and their time has passed', 'acknowledged', [goes('assigned')], false, { action: 're-alert' }],
  ['accepted', 'acknowledged', [goes('accepted')], false, { action: 'set-off', person: 'p1' }],
  ['on the way', 'acknowledged', [goes('en-route')], false, { action: 'arrive', person: 'p1' }],
  ['there', 'acknowledged', [goes('on-scene')], false, { action: 'report', person: 'p1' }],
  [
    'one on the way, one there: who is furthest',
    'acknowledged',
    [goes('en-route'), goes('on-scene', 'p2')],
    false,
    { action: 'report', person: 'p2' },
  ],
];

test.each(table)('%s', (_name, state, assignments, lost, next) => {
  expect(nextAction({ state, reopenAt: null }, assignments, lost)).toEqual(next);
});

test('what is over waits for nothing, and what still holds to be opened again', () => {
  expect(nextAction({ state: 'resolved', reopenAt: null }, [goes('released')], true)).toBeUndefined();
  expect(nextAction({ state: 'resolved', reopenAt: at }, [])).toEqual({ action: 'reopen', by: at });
});

const states = incidentStates.filter((state) => state !== 'resolved');
const pairs = states.flatMap((state) =>
  assignmentStates.flatMap((one) => assignmentStates.map((two) => [state, one, two] as const)),
);

test.each(pairs)('%s with one %s and one %s waits for something', (state, one, two) => {
  for (const lost of [true, false])
    expect(nextAction({ state, reopenAt: null }, [goes(one), goes(two, 'p2')], lost)).toBeDefined();
});
