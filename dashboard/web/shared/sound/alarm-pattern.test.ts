import { expect, test } from 'vitest';
import { patternSamples } from './alarm-pattern.ts';

const rate = 8000;

test.each(['red', 'orange'] as const)(
  'the %s pattern is audible, never clips and loops without a click',
  (level) => {
    const samples = patternSamples(level, rate);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeGreaterThan(0.6);
    expect(peak).toBeLessThanOrEqual(1);
    expect(Math.abs(samples[0]!)).toBeLessThan(0.01);
    expect(Math.abs(samples.at(-1)!)).toBeLessThan(0.01);
  },
);

test('red hardly pauses, orange rests for more than half of its round', () => {
  const share = (level: 'red' | 'orange') => {
    const samples = patternSamples(level, rate);
    return samples.filter((sample) => sample !== 0).length / samples.length;
  };
  expect(share('red')).toBeGreaterThan(0.85);
  expect(share('orange')).toBeLessThan(0.5);
});
