import { expect, test } from 'vitest';
import { findPlaces, searchablePlaces } from './place-search.ts';

const unit = (building: string, number: number, labels: string[]) => ({
  id: `${building}-u${number}`,
  name: `${number}单元`,
  dwellings: labels.map((label) => ({ id: `${building}-u${number}-${label}`, label })),
});
const places = searchablePlaces({
  buildings: [
    { id: 'b3', name: '3栋', units: [unit('b3', 1, ['101']), unit('b3', 2, ['501', '502', '1501'])] },
    { id: 'b13', name: '13栋', units: [unit('b13', 2, ['13栋2单元501'])] },
  ],
});

test.each([
  ['3-2-501', ['3栋2单元501']],
  ['3-2-50', ['3栋2单元501', '3栋2单元502']],
  ['３栋２单元５０１', ['3栋2单元501']],
  ['3 2 15', ['3栋2单元1501']],
  ['13-2-501', ['13栋2单元501']],
  ['3栋2', ['3栋2单元', '3栋2单元501', '3栋2单元502', '3栋2单元1501']],
  ['4-1', []],
  ['  ', []],
])('"%s" finds the places meant', (typed, labels) => {
  expect(findPlaces(places, typed).map(({ label }) => label)).toEqual(labels);
});

test('a place found carries the ids of the dwelling and of all that holds it', () => {
  expect(findPlaces(places, '3-2-502')).toEqual([
    { building: 'b3', unit: 'b3-u2', dwelling: 'b3-u2-502', label: '3栋2单元502' },
  ]);
});
