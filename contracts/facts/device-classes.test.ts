import { expect, test } from 'vitest';
import { guessDeviceClass } from './device-classes.ts';

test('a protocol named as what every object has guesses no class', () => {
  expect(guessDeviceClass('constructor:1')).toBeUndefined();
  expect(guessDeviceClass('toString:1', 'motion')).toBe('motion-sensor');
  expect(guessDeviceClass('watch-3g:1')).toBe('watch');
});
