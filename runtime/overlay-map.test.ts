import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedKeys, withChanges } from './overlay-map.ts';

const key = fc.integer({ min: 0, max: 1500 });
const changes = fc.array(fc.tuple(key, fc.option(fc.integer(), { nil: undefined })), { maxLength: 900 });

test('a map with changes, and changes of those, answers as a copy does, and names what differs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, fc.integer())),
      fc.array(changes, { maxLength: 4 }),
      (first, rounds) => {
        const plain = new Map(first);
        let layered: ReadonlyMap<number, number> = new Map(first);
        for (const round of rounds) {
          const before = layered;
          const beforePlain = new Map(plain);
          layered = withChanges(layered, new Map(round));
          for (const [at, value] of new Map(round)) {
            if (value === undefined) plain.delete(at);
            else plain.set(at, value);
          }
          const differing = [...new Set([...plain.keys(), ...beforePlain.keys()])].filter(
            (at) => plain.get(at) !== beforePlain.get(at),
          );
          const told = changedKeys(before, layered);
          if (told) expect([...told].toSorted()).toEqual(differing.toSorted());
          expect([...before].toSorted()).toEqual([...beforePlain].toSorted());
        }
        expect([...layered].toSorted()).toEqual([...plain].toSorted());
        expect([...layered.keys()].toSorted()).toEqual([...plain.keys()].toSorted());
        expect(layered.size).toBe(plain.size);
        for (let at = 0; at <= 1500; at++) {
          expect([layered.get(at), layered.has(at)]).toEqual([plain.get(at), plain.has(at)]);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('what changed keeps its place, and what is new comes last', () => {
  const map = new Map([
    ['1栋', 1],
    ['2栋', 2],
    ['3栋', 3],
  ]);
  const changed = withChanges(
    map,
    new Map<string, number | undefined>([
      ['4栋', 4],
      ['2栋', 22],
      ['1栋', undefined],
    ]),
  );
  expect([...changed]).toEqual([
    ['2栋', 22],
    ['3栋', 3],
    ['4栋', 4],
  ]);
});
