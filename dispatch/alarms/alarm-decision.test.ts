import { expect, test } from 'vitest';
import {
  type ArrivingAlarm,
  countedAgainMs,
  type IncidentSnapshot,
  realertReason,
} from './alarm-decision.ts';

/** An acknowledged red incident on which exactly this alarm stands and still holds. */
const same: IncidentSnapshot = {
  state: 'acknowledged',
  level: 'red',
  late: false,
  knowsKind: true,
  knowsSource: true,
  knowsPerson: true,
  conditionHolds: true,
  sinceAttentionMs: 60_000,
};
const fire: ArrivingAlarm = {
  level: 'red',
  lifeSafety: true,
  momentary: false,
  late: false,
  counted: false,
  possibleRepeat: false,
};
const sos: ArrivingAlarm = { ...fire, momentary: true };
const forced: ArrivingAlarm = { ...fire, level: 'orange', lifeSafety: false };
/** Life safety that nobody can read, and a yellow message that asks for a call. */
const unread: ArrivingAlarm = { ...sos, counted: true };
const voice: ArrivingAlarm = { ...forced, level: 'yellow', counted: true };
const yellow: IncidentSnapshot = { ...same, level: 'yellow' };
/** The same press, or a second one: only time tells. */
const maybe: ArrivingAlarm = { ...sos, possibleRepeat: true };
const orange: IncidentSnapshot = { ...same, level: 'orange' };

const cases: [string, Partial<IncidentSnapshot>, ArrivingAlarm, ReturnType<typeof realertReason>][] = [
  ['fire of a component still burning', same, fire, undefined],
  ['fire of a component that had ended', { ...same, conditionHolds: false }, fire, 'began-again'],
  ['fire of another component', { ...same, knowsSource: false, conditionHolds: false }, fire, 'other-source'],
  ['another life-safety kind', { ...same, knowsKind: false, conditionHolds: false }, fire, 'other-kind'],
  ['another person', { ...same, knowsPerson: false }, sos, 'other-person'],
  ['SOS pressed once more', same, sos, 'momentary-repeat'],
  ['SOS pressed once more before anybody answered', { ...same, state: 'new' }, sos, undefined],
  [
    'fire begun again before anybody answered',
    { ...same, state: 'new', conditionHolds: false },
    fire,
    undefined,
  ],
  ['another kind before anybody answered', { ...same, state: 'new', knowsKind: false }, fire, 'other-kind'],
  [
    'another component before anybody answered',
    { ...same, state: 'new', knowsSource: false },
    fire,
    'other-source',
  ],
  ['a worse one before anybody answered', { ...orange, state: 'new' }, fire, 'worse'],
  ['a worse one', orange, fire, 'worse'],
  ['a forced door once more', orange, forced, undefined],
  ['a forced door on a red incident', { ...same, knowsKind: false }, forced, undefined],
  ['another door forced', { ...orange, knowsSource: false }, forced, 'other-source'],
  [
    'a late SOS on an answered late incident',
    { ...same, late: true },
    { ...sos, late: true },
    'momentary-repeat',
  ],
  [
    'a late SOS on a late incident nobody answered',
    { ...same, late: true, state: 'new' },
    { ...sos, late: true },
    undefined,
  ],
  [
    'a late SOS of another person on a late incident nobody answered',
    { ...same, late: true, state: 'new', knowsPerson: false },
    { ...sos, late: true },
    'other-person',
  ],
  ['late smoke on an answered late incident', { ...same, late: true }, { ...fire, late: true }, undefined],
  ['a late forced door', { ...orange, knowsSource: false }, { ...forced, late: true }, undefined],
  ['a live SOS on a late incident', { ...same, late: true }, sos, 'no-longer-late'],
  [
    'a live yellow alarm on a late red incident',
    { ...same, late: true },
    { ...forced, level: 'yellow' },
    undefined,
  ],
  ['a possible repeat of an SOS nobody answered', { ...same, state: 'new' }, maybe, undefined],
  ['a possible repeat of an SOS that was answered', same, maybe, 'momentary-repeat'],
  [
    'a possible repeat of a late SOS nobody answered',
    { ...same, state: 'new', late: true },
    maybe,
    undefined,
  ],
  ['a possible repeat of a late SOS that was answered', { ...same, late: true }, maybe, 'no-longer-late'],
  [
    'a possible repeat of another device',
    { ...same, state: 'new', knowsSource: false },
    maybe,
    'other-source',
  ],
  ['a possible repeat of another kind', { ...same, state: 'new', knowsKind: false }, maybe, 'other-kind'],
  ['a possible repeat on an incident of a lower level', { ...orange, state: 'new' }, maybe, 'worse'],
  [
    'a possible repeat of smoke that still holds, answered',
    same,
    { ...fire, possibleRepeat: true },
    undefined,
  ],
  [
    'a possible repeat of smoke that had ended, answered',
    { ...same, conditionHolds: false },
    { ...fire, possibleRepeat: true },
    'began-again',
  ],
  ['a further unreadable alarm before anybody answered', { ...same, state: 'new' }, unread, undefined],
  ['a further unreadable alarm soon after it was answered', same, unread, undefined],
  [
    'a further unreadable alarm 10 minutes after it last asked',
    { ...same, sinceAttentionMs: countedAgainMs },
    unread,
    'counted-again',
  ],
  ['an unreadable alarm of another sender', { ...same, knowsSource: false }, unread, 'other-source'],
  ['a further voice message soon after it was answered', yellow, voice, undefined],
  [
    'a further voice message 10 minutes after it last asked',
    { ...yellow, sinceAttentionMs: countedAgainMs },
    voice,
    'counted-again',
  ],
  ['a voice message on an answered yellow incident', { ...yellow, knowsKind: false }, voice, 'other-kind'],
  [
    'a voice message on an answered red incident',
    { ...same, knowsKind: false, sinceAttentionMs: countedAgainMs },
    voice,
    undefined,
  ],
  ['a possible repeat of a forced door, answered', orange, { ...forced, possibleRepeat: true }, undefined],
];

test.each(cases)('%s', (_name, standing, alarm, reason) => {
  expect(realertReason({ ...same, ...standing }, alarm)).toBe(reason);
});
