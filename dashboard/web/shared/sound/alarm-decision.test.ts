import { expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import { exampleIncident } from '#dashboard/testing/live-examples.ts';
import { levelToSound, newlyAsking } from './alarm-decision.ts';

const one = (state: Incident['state'], level: Incident['level']) => exampleIncident({ state, level });

test.each<[string, Incident[], string | undefined]>([
  ['nothing while all is quiet', [], undefined],
  ['red for an unseen red', [one('new', 'red')], 'red'],
  ['orange for an unseen orange', [one('new', 'orange')], 'orange'],
  ['red where both are unseen', [one('new', 'orange'), one('new', 'red')], 'red'],
  ['orange once the red was seen', [one('acknowledged', 'red'), one('new', 'orange')], 'orange'],
  ['nothing for yellow and blue', [one('new', 'yellow'), one('new', 'blue')], undefined],
  ['nothing once all were seen', [one('acknowledged', 'red'), one('resolved', 'orange')], undefined],
  [
    'red for an orange that nobody answers',
    [exampleIncident({ level: 'orange', unansweredSince: 1 })],
    'red',
  ],
  ['red for a drill too', [exampleIncident({ drill: true })], 'red'],
])('sounds %s', (_name, incidents, level) => {
  expect(levelToSound(incidents)).toBe(level);
});

const mapOf = (...incidents: Incident[]) => new Map(incidents.map((incident) => [incident.id, incident]));
const first = exampleIncident();

test.each<[string, Incident[], Incident[], number]>([
  ['a new one', [], [first], 1],
  ['not one it announced already', [first], [{ ...first, alarmCount: 2, version: 2 }], 0],
  ['one that asks anew while still unseen', [first], [{ ...first, attention: 2 }], 1],
  [
    'one that asks anew after it was seen',
    [{ ...first, state: 'acknowledged' }],
    [{ ...first, attention: 2 }],
    1,
  ],
  ['one reopened', [{ ...first, state: 'resolved' }], [first], 1],
  ['one that nobody answers', [first], [{ ...first, unansweredSince: 1 }], 1],
  [
    'not again while nobody answers it',
    [{ ...first, unansweredSince: 1 }],
    [{ ...first, unansweredSince: 1, version: 2 }],
    0,
  ],
  ['not one just seen', [first], [{ ...first, state: 'acknowledged' }], 0],
])('announces %s', (_name, before, after, count) => {
  expect(newlyAsking(mapOf(...before), mapOf(...after))).toHaveLength(count);
});
