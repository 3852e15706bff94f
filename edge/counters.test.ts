import { expect, it } from 'vitest';
import { createCounters, maxCounters } from './counters.ts';

it('counts by name, and together what is beyond its limit', () => {
  const heard: string[] = [];
  const counters = createCounters((name) => heard.push(name));
  for (let number = 0; number < maxCounters + 50; number++) counters.add(`event-${number}`, 2);
  counters.add('event-0');
  expect(Object.keys(counters.values)).toHaveLength(maxCounters);
  expect(counters.values).toMatchObject({ 'event-0': 3, other: 2 * 51 });
  expect(heard.at(-2)).toBe('other');
});
