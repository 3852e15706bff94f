import { expect, test } from 'vitest';
import { isFilterOf } from './topic-filter.ts';

test.each([
  ['#', true],
  ['z/#', true],
  ['z/0x0/set', true],
  ['z/+/set', true],
  ['+/+/+', true],
  ['z/0x0/set/#', true],
  ['z/+', false],
  ['z/+/+/+', false],
  ['y/#', false],
  ['z/0x0/get', false],
])('the filter %s covers z/0x0/set: %s', (filter, covers) => {
  expect(isFilterOf('z/0x0/set', filter)).toBe(covers);
});
