import { expect, test } from 'vitest';
import { answerWithinMs, lastShiftStart, type SoundCheck, soundCheckOf, wallSoundOf } from './sound-check.ts';

const at = (text: string) => Date.parse(text);
const shifts = { timezone: 'Asia/Shanghai', shiftStarts: ['08:00', '20:00'] };

test.each([
  ['2026-11-25T07:59:59+08:00', '2026-11-24T20:00:00+08:00'],
  ['2026-11-25T08:00:00+08:00', '2026-11-25T08:00:00+08:00'],
  ['2026-11-25T19:59:00+08:00', '2026-11-25T08:00:00+08:00'],
  ['2026-11-26T00:30:00+08:00', '2026-11-25T20:00:00+08:00'],
  ['2027-01-01T03:00:00+08:00', '2026-12-31T20:00:00+08:00'],
])('at %s the shift began at %s', (now, started) => {
  expect(lastShiftStart(shifts, at(now))).toBe(at(started));
});

test.each([
  ['Europe/Berlin', '2026-10-25T12:00:00+01:00', '2026-10-25T08:00:00+01:00'],
  ['Europe/Berlin', '2026-03-29T12:00:00+02:00', '2026-03-29T08:00:00+02:00'],
  ['America/New_York', '2026-07-01T21:00:00-04:00', '2026-07-01T20:00:00-04:00'],
])('in %s at %s the shift began at %s, on the day the clocks change too', (timezone, now, started) => {
  expect(lastShiftStart({ ...shifts, timezone }, at(now))).toBe(at(started));
});

const morning = at('2026-11-25T08:00:00+08:00');
const yesterday = morning - 20 * 3_600_000;
const asked = (since: number): SoundCheck => ({ state: 'asked', since });
const unconfirmed = (since: number): SoundCheck => ({ state: 'unconfirmed', since });
const confirmed: SoundCheck = { state: 'confirmed' };

test.each<[string, Parameters<typeof soundCheckOf>[1], SoundCheck]>([
  [
    'a new wall is asked at once',
    { confirmedAt: undefined, openedAt: morning + 5000, now: morning + 5000 },
    asked(morning + 5000),
  ],
  [
    'a new wall nobody answered',
    { confirmedAt: undefined, openedAt: morning, now: morning + answerWithinMs },
    unconfirmed(morning),
  ],
  [
    'within the shift it is not asked again',
    { confirmedAt: morning - 3_600_000, openedAt: yesterday, now: morning - 1 },
    confirmed,
  ],
  [
    'at the start of a shift it is asked',
    { confirmedAt: morning - 3_600_000, openedAt: yesterday, now: morning },
    asked(morning),
  ],
  [
    'just before the minute is over',
    { confirmedAt: yesterday, openedAt: yesterday, now: morning + answerWithinMs - 1 },
    asked(morning),
  ],
  [
    'after the minute',
    { confirmedAt: yesterday, openedAt: yesterday, now: morning + answerWithinMs },
    unconfirmed(morning),
  ],
  ['answered at the very start', { confirmedAt: morning, openedAt: yesterday, now: morning + 1 }, confirmed],
  [
    'answered late, it is heard',
    { confirmedAt: morning + 300_000, openedAt: yesterday, now: morning + 300_001 },
    confirmed,
  ],
  [
    'a page opened within the shift asks from then on',
    { confirmedAt: yesterday, openedAt: morning + 7_200_000, now: morning + 7_201_000 },
    asked(morning + 7_200_000),
  ],
])('%s', (_name, given, expected) => {
  expect(soundCheckOf(shifts, given)).toEqual(expected);
});

test('without shifts a wall is asked once', () => {
  const none = { timezone: 'Asia/Shanghai', shiftStarts: [] };
  expect(soundCheckOf(none, { confirmedAt: undefined, openedAt: 1000, now: 2000 })).toEqual(asked(1000));
  expect(soundCheckOf(none, { confirmedAt: 1500, openedAt: 1000, now: morning })).toEqual(confirmed);
});

test.each([
  [true, confirmed, 'blocked'],
  [true, unconfirmed(0), 'blocked'],
  [false, unconfirmed(0), 'unconfirmed'],
  [false, asked(0), 'on'],
  [false, confirmed, 'on'],
] as const)('blocked %s and %j is told as %s', (isBlocked, soundCheck, sound) => {
  expect(wallSoundOf(isBlocked, soundCheck)).toBe(sound);
});
