import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { assignmentStates } from '#contracts/facts/assignments.ts';
import { eventKinds } from '#contracts/facts/event-kinds.ts';
import { incidentOnlyKinds, warningOnlyKinds } from '#contracts/facts/incident-kinds.ts';
import { levels } from '#contracts/facts/levels.ts';
import { dataClasses } from '#contracts/facts/roles.ts';
import { outcomes, timelineTypes } from '#contracts/incident.ts';
import { familyZhCN } from '../../family/locales/zh-CN.ts';
import { zhCN } from './zh-CN.ts';

type Tree = { [key: string]: string | Tree };
type Words = ReadonlyMap<string, string>;

const web = join(import.meta.dirname, '../..');
const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : leaves(value, `${path}${key}.`),
  );
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

/** The one tree of words that a locale file exports. */
async function wordsOf(file: string): Promise<Words> {
  const exported = Object.values((await import(file)) as Record<string, Tree>);
  expect(exported, file).toHaveLength(1);
  return new Map(leaves(exported[0]!));
}

/** Folders of the pages, `shared` among them, with the words each declares. */
const chinese = new Map(
  await Promise.all(
    globSync('*/locales/zh-CN.ts', { cwd: web }).map(
      async (file) => [dirname(dirname(file)), await wordsOf(join(web, file))] as const,
    ),
  ),
);
const shared = chinese.get('shared')!;

test.each([...chinese.keys()])(
  '%s: both languages have the same keys with the same placeholders, and no empty word',
  async (folder) => {
    const english = await wordsOf(join(web, folder, 'locales/en.ts'));
    expect([...english.keys()]).toEqual([...chinese.get(folder)!.keys()]);
    for (const [key, text] of chinese.get(folder)!) {
      expect(text, key).not.toBe('');
      expect(english.get(key), key).not.toBe('');
      expect(placeholders(english.get(key)!), key).toEqual(placeholders(text));
    }
  },
);

test.each([...chinese.keys()].filter((folder) => folder !== 'shared'))(
  '%s has no branch of words that the shared ones have too: one would hide the other',
  (folder) => {
    const branches = (words: Words) => new Set([...words.keys()].map((key) => key.split('.')[0]));
    expect([...branches(chinese.get(folder)!)].filter((branch) => branches(shared).has(branch))).toEqual([]);
  },
);

/** A key as code writes it: whole, or with parts only known when it runs. */
const keyIn = /(['"`])((?:[A-Za-z][\w-]*|\$\{[^}]*\})(?:\.(?:[\w-]+|\$\{[^}]*\}))*)\1/g;
/** What stands in the first argument of a call of `t`, up to the end of its line. */
const callOf = /\bt\(\s*([^\n]*)/g;

const sources = (folder: string) =>
  globSync('**/*.{ts,tsx}', { cwd: join(web, folder) })
    .filter((file) => !/(^|\/)locales\/(zh-CN|en)\.ts$|\.test\.ts$/.test(file))
    .map((file) => ({ file: `${folder}/${file}`, text: readFileSync(join(web, folder, file), 'utf8') }));

/** `a.${b}.c` as a pattern of keys. */
const patternOf = (key: string) =>
  new RegExp(
    `^${key
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replaceAll('.', '\\.'))
      .join('[^.]+')}$`,
  );

test.each([...chinese.keys()])('%s: every key that its code asks for has words', (folder) => {
  const known = [...shared.keys(), ...chinese.get(folder)!.keys()];
  const asked = sources(folder).flatMap(({ file, text }) =>
    [...text.matchAll(callOf)].flatMap(([, call = '']) =>
      // The options of a call hold no keys of ours, but may hold calls, which are matched by themselves.
      [...(call.split(', {')[0] ?? '').matchAll(keyIn)].map(([, , key = '']) => ({ file, key })),
    ),
  );
  expect(asked.length).toBeGreaterThan(0);
  const wordless = asked.filter(
    ({ key }) => key.includes('.') && !known.some((one) => patternOf(key).test(one)),
  );
  expect(wordless).toEqual([]);
});

test.each([...chinese.keys()])('%s: every word is asked for somewhere', (folder) => {
  const readers = folder === 'shared' ? [...chinese.keys()] : [folder, 'shared'];
  const texts = readers.flatMap(sources).map(({ text }) => text);
  const asked = texts
    .flatMap((text) => [...text.matchAll(keyIn)].map(([, , key = '']) => key))
    .filter((key) => !/^\$\{[^}]*\}$/.test(key));
  const patterns = [...new Set(asked)].map(patternOf);
  const unused = [...chinese.get(folder)!.keys()].filter((key) => !patterns.some((one) => one.test(key)));
  expect(unused).toEqual([]);
});

test.each([
  [
    'kind',
    zhCN.kind,
    [...Object.keys(eventKinds), ...Object.keys(warningOnlyKinds), ...Object.keys(incidentOnlyKinds)],
  ],
  ['level', zhCN.level, levels],
  ['outcome', zhCN.outcome, outcomes],
  ['assignment state', zhCN.assignmentState, assignmentStates],
  ['timeline type', zhCN.timelineType, timelineTypes],
  ['outcome a relative sees', familyZhCN.family.outcome, outcomes],
  ['class of data', familyZhCN.family.shares.classes, dataClasses],
])('there is a word for every %s of the contracts, and for nothing else', (_name, words, known) => {
  expect(Object.keys(words).sort()).toEqual([...known].sort());
});
