import { expect, test } from 'vitest';
import { readArguments } from './read-arguments.ts';
import type { Scenario } from './scenario.ts';

const play = async () => ({ elapsedMs: 0, outcome: '' });
const scenarios: Record<string, Scenario> = {
  sos: { words: 'SOS', patienceMs: 1, play },
  storm: {
    words: 'many',
    patienceMs: 1,
    options: { alarms: { words: 'how many', default: 500, minimum: 10, maximum: 5000 } },
    play,
  },
};
const read = (...words: string[]) =>
  readArguments(words, scenarios).map(({ name, options }) => ({ name, options }));

test('options take their default, and are given either way', () => {
  expect(read('sos')).toEqual([{ name: 'sos', options: {} }]);
  expect(read('storm')).toEqual([{ name: 'storm', options: { alarms: 500 } }]);
  expect(read('storm', '--alarms', '20')).toEqual([{ name: 'storm', options: { alarms: 20 } }]);
  expect(read('storm', '--alarms=20')).toEqual([{ name: 'storm', options: { alarms: 20 } }]);
});

test('"all" is each of them once, an option going to the one that takes it', () => {
  expect(read('all', '--alarms', '20')).toEqual([
    { name: 'sos', options: {} },
    { name: 'storm', options: { alarms: 20 } },
  ]);
});

test.each([
  [['earthquake'], 'unknown scenario: earthquake'],
  [['constructor'], 'unknown scenario: constructor'],
  [['storm', '--alarms', '9'], '--alarms 9 must be a whole number from 10 to 5000'],
  [['storm', '--alarms', 'many'], '--alarms many must be a whole number from 10 to 5000'],
  [['storm', '--alarms'], '--alarms needs a value'],
  [['storm', '20'], '"20" is no option: expected --name value'],
  [['sos', '--alarms', '20'], 'sos takes no option --alarms'],
])('%j is refused: %s', (words, says) => {
  expect(() => read(...words)).toThrow(says);
});
