import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { assignmentMoves, assignmentStates, endedAssignmentStates } from '#contracts/facts/assignments.ts';
import { deviceActions, deviceClassNames } from '#contracts/facts/device-classes.ts';
import { eventKinds, factsOf, gateKinds, holdingKinds } from '#contracts/facts/event-kinds.ts';
import * as identifiers from '#contracts/facts/identifiers.ts';
import { incidentOnlyKinds, kindFacts, warningOnlyKinds } from '#contracts/facts/incident-kinds.ts';
import { levels } from '#contracts/facts/levels.ts';
import { quantities } from '#contracts/facts/quantities.ts';
import { retentionClassNames } from '#contracts/facts/retention.ts';
import { roles } from '#contracts/facts/roles.ts';
import { defaultTimezone } from '#contracts/facts/timezone.ts';

const root = resolve(import.meta.dirname, '../..');
const isOthers = (name: string) => /(^|\/)(node_modules|dist)(\/|$)/.test(name);
// A migration says what was so when it was written, a test what it expects; both stay as they are.
const isFree =
  /^tests\/|^contracts\/facts\/|\.test\.tsx?$|\.fixture\.ts$|\/testing\/|\.generated\.|migrations\.ts$|fold-/;
const files = globSync('*/**/*.{ts,tsx}', { cwd: root, exclude: isOthers }).filter(
  (file) => !isFree.test(file),
);
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

const kinds = Object.keys(eventKinds) as (keyof typeof eventKinds)[];
const lists: Record<string, readonly string[]> = {
  'assignment states': assignmentStates,
  'assignment moves': assignmentMoves,
  'ended assignments': endedAssignmentStates,
  'device classes': deviceClassNames,
  'device actions': deviceActions,
  'event kinds': kinds,
  'life safety': kinds.filter((kind) => factsOf(kind).lifeSafety),
  'of a building': kinds.filter((kind) => factsOf(kind).about === 'building'),
  'of a group': kinds.filter((kind) => kindFacts(kind).about === 'group'),
  'gate kinds': gateKinds,
  'kinds that hold': holdingKinds,
  'kinds of rules': Object.keys(warningOnlyKinds),
  'kinds of people': Object.keys(incidentOnlyKinds),
  levels,
  quantities: Object.keys(quantities),
  'retention classes': retentionClassNames,
  roles,
};

/** Lists and unions of texts that a file writes out. */
function writtenLists(text: string): string[][] {
  const lists = text.matchAll(
    /\[\s*(?:'[^']*'\s*,\s*)+'[^']*'\s*,?\s*\]|(?:\|?\s*'[^'\n]*'\s*\|\s*)+'[^'\n]*'/g,
  );
  return [...lists].map(([list]) => [...list.matchAll(/'([^']*)'/g)].map(([, word = '']) => word));
}

/** The fact that a list says again: all of it, or of device classes and the like any three. */
function saidAgain(list: readonly string[]): string | undefined {
  return Object.entries(lists).find(([, fact]) => fact.every((word) => list.includes(word)))?.[0];
}

test('no list of the facts is written out a second time', () => {
  const copies = files.flatMap((file) =>
    writtenLists(textOf(file)).flatMap((list) => {
      const fact = saidAgain(list);
      return fact ? [`${file}: ${fact}`] : [];
    }),
  );
  expect(files.length).toBeGreaterThan(500);
  expect(copies).toEqual([]);
});

test('no pattern of an id and no time zone is written out a second time', () => {
  const patterns = Object.entries(identifiers).flatMap(([name, schema]) => {
    const pattern = typeof schema === 'object' && 'pattern' in schema ? String(schema.pattern) : '';
    const bare = pattern.replace(/^\^/, '').replace(/\$$/, '');
    return bare.length > 4 ? [[name, bare, bare.replaceAll('\\', '\\\\')] as const] : [];
  });
  expect(patterns.map(([name]) => name)).toContain('RequestId');
  const copies = files.flatMap((file) => {
    const text = textOf(file);
    const found = patterns.filter(([, bare, escaped]) => text.includes(bare) || text.includes(escaped));
    return [
      ...found.map(([name]) => `${file}: ${name}`),
      ...(text.includes(`'${defaultTimezone}'`) ? [`${file}: time zone`] : []),
    ];
  });
  expect(copies).toEqual([]);
});

test('a copy is found', () => {
  expect(writtenLists("x in ['declined', 'released']").map(saidAgain)).toEqual(['ended assignments']);
  expect(writtenLists("type A = 'red' | 'orange' | 'yellow' | 'blue';").map(saidAgain)).toEqual(['levels']);
  expect(writtenLists("const own = ['red', 'orange'];").map(saidAgain)).toEqual([undefined]);
});
