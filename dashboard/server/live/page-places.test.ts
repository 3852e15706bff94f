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
  const first = places.acquire(page('a', 's1'));
  expect(places.acquire(page('a', 's1'))).toBeDefined();
  expect(places.acquire(page('a', 's1'))).toBeUndefined();
  expect(places.acquire(page('a', 's2'))).toBeDefined();
  expect(places.acquire(page('a', 's2'))).toBeUndefined();
  first?.release();
  first?.release();
  expect(places.acquire(page('a', 's1'))).toBeDefined();
  expect(places.acquire(page('a', 's2'))).toBeUndefined();
});

test('where all places are taken, who has the most pages gives one up for who has fewer', () => {
  const places = createPagePlaces(limits);
  const cut: string[] = [];
  for (const session of ['s1', 's2', 's3']) {
    const place = places.acquire(page('greedy', session));
    if (place) place.cut = () => cut.push(session);
  }
  places.acquire(page('guard'));
  expect(places.acquire(page('doctor'))).toBeDefined();
  expect(cut).toEqual(['s1']);
  expect(places.acquire(page('greedy', 's4'))).toBeUndefined();
  expect(places.acquire(page('guard'))).toBeUndefined();
});

test('a wall has its place however many people are there', () => {
  const places = createPagePlaces({ ...limits, maxPages: 1 });
  expect(places.acquire(page('a'))).toBeDefined();
  expect(places.acquire(page('b'))).toBeUndefined();
  expect(places.acquire(page('wall-1', 'w', true))).toBeDefined();
});

test('people of two communities who have the same id take no places from each other', () => {
  const places = createPagePlaces(limits);
  for (const session of ['s1', 's2', 's3']) expect(places.acquire(page('guard-1', session))).toBeDefined();
  expect(places.acquire(page('guard-1', 's4'))).toBeUndefined();
  expect(places.acquire({ ...page('guard-1', 's5'), community: 'c2' })).toBeDefined();
});
