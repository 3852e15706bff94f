import { expect, test } from 'vitest';
import { createPagePlaces, type PageOwner } from './page-places.ts';

const limits = { maxPages: 4, maxPagesPerSession: 2, maxPagesPerPerson: 3 };
const page = (person: string, session = `${person}-1`, isWall = false): PageOwner => ({
  community: 'c1',
  person,
  session,
  isWall,
});

test('a session and a person have only so many pages, and a closed one makes room', () => {
  const places = createPagePlaces(limits);
  const first = places.take(page('a', 's1'));
  expect(places.take(page('a', 's1'))).toBeDefined();
  expect(places.take(page('a', 's1'))).toBeUndefined();
  expect(places.take(page('a', 's2'))).toBeDefined();
  expect(places.take(page('a', 's2'))).toBeUndefined();
  first?.release();
  first?.release();
  expect(places.take(page('a', 's1'))).toBeDefined();
  expect(places.take(page('a', 's2'))).toBeUndefined();
});

test('where all places are taken, who has the most pages gives one up for who has fewer', () => {
  const places = createPagePlaces(limits);
  const cut: string[] = [];
  for (const session of ['s1', 's2', 's3']) {
    const place = places.take(page('greedy', session));
    if (place) place.cut = () => cut.push(session);
  }
  places.take(page('guard'));
  expect(places.take(page('doctor'))).toBeDefined();
  expect(cut).toEqual(['s1']);
  expect(places.take(page('greedy', 's4'))).toBeUndefined();
  expect(places.take(page('guard'))).toBeUndefined();
});

test('a wall has its place however many people are there', () => {
  const places = createPagePlaces({ ...limits, maxPages: 1 });
  expect(places.take(page('a'))).toBeDefined();
  expect(places.take(page('b'))).toBeUndefined();
  expect(places.take(page('wall-1', 'w', true))).toBeDefined();
});

test('people of two communities who have the same id take no places from each other', () => {
  const places = createPagePlaces(limits);
  for (const session of ['s1', 's2', 's3']) expect(places.take(page('guard-1', session))).toBeDefined();
  expect(places.take(page('guard-1', 's4'))).toBeUndefined();
  expect(places.take({ ...page('guard-1', 's5'), community: 'c2' })).toBeDefined();
});
