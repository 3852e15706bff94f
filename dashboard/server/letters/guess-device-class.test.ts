import { expect, test } from 'vitest';
import { guessDeviceClass } from './guess-device-class.ts';

test('a protocol named as what every object has guesses no class', () => {
  expect(guessDeviceClass({ address: 'constructor:1' })).toBeUndefined();
  expect(guessDeviceClass({ address: 'toString:1', kind: 'motion' })).toBe('motion-sensor');
  expect(guessDeviceClass({ address: 'watch-3g:1' })).toBe('watch');
});
