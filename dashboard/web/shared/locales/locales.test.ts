import { expect, test } from 'vitest';
import { eventKinds } from '#contracts/event-kinds.ts';
import { assignmentStates, outcomes, timelineTypes } from '#contracts/incident.ts';
import { levels } from '#contracts/levels.ts';
import { incidentOnlyKinds, warningOnlyKinds } from '#contracts/notices.ts';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

type Tree = { [key: string]: string | Tree };
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : leaves(value, `${path}${key}.`),
  );
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

test('both languages have the same keys with the same placeholders, and no empty word', () => {
  const chinese = leaves(zhCN);
  const english = new Map(leaves(en as unknown as Tree));
  expect([...english.keys()]).toEqual(chinese.map(([key]) => key));
  for (const [key, text] of chinese) {
    expect(text, key).not.toBe('');
    expect(english.get(key), key).not.toBe('');
    expect(placeholders(english.get(key)!), key).toEqual(placeholders(text));
  }
});

test.each([
  ['kind', zhCN.kind, [...Object.keys(eventKinds), ...warningOnlyKinds, ...incidentOnlyKinds]],
  ['level', zhCN.level, levels],
  ['outcome', zhCN.outcome, outcomes],
  ['assignment state', zhCN.assignmentState, assignmentStates],
  ['timeline type', zhCN.timelineType, timelineTypes],
])('there is a word for every %s of the contracts, and for nothing else', (_name, words, known) => {
  expect(Object.keys(words).sort()).toEqual([...known].sort());
});
