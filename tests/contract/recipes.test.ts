import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const isOthers = (name: string) => /(^|\/)(node_modules|dist)(\/|$)/.test(name);
/** The code of the product: what a recipe may ask to be changed. */
const product = globSync('*/**/*.{ts,tsx}', { cwd: root, exclude: isOthers }).filter(
  (file) => !/\.test\.tsx?$|^tests\/|\/testing\/|\/describe-/.test(file),
);

const [, ...sections] = read('docs/recipes.md').split(/^## /m);
const recipes = sections.map((section) => {
  const [title = '', ...lines] = section.split('\n');
  return { title, text: lines.join('\n') };
});

test('the README leads to the recipes, and there is one for everything that is added', () => {
  expect(read('README.md')).toContain('(docs/recipes.md)');
  expect(recipes.map(({ title }) => title)).toEqual([
    'A rule that warns of a known kind',
    'A rule that warns of a new kind',
  ]);
});

describe.each(recipes)('$title', ({ text }) => {
  const [list = '', walk = ''] = text.split(/^Walked by /m);
  const named = [...text.matchAll(/`([\w.<>-]+(?:\/[\w.<>-]+)*\/?)`/g)].map(([, name = '']) => name);
  const paths = named.filter((name) => /\/|\.(ts|tsx|md)$/.test(name));

  test('is a short numbered list and names what walks it', () => {
    const steps = [...list.matchAll(/^(\d)\. /gm)].map(([, number]) => Number(number));
    expect(steps).toEqual(steps.map((_step, index) => index + 1));
    expect(steps.length).toBeGreaterThanOrEqual(2);
    expect(walk).toMatch(/\.test\.ts`/);
  });

  test('names files and folders that are there; for one still to be written, there is another like it', () => {
    const isThere = (path: string) =>
      path.includes('<')
        ? globSync(path.replaceAll(/<\w+>/g, '*'), { cwd: root }).length > 0
        : existsSync(join(root, path));
    expect(paths.length).toBeGreaterThan(1);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });
});

/** Files of the product outside a folder or file that import from it. */
function importersOf(path: string): string[] {
  const isOf = (file: string) => file.startsWith(path);
  return product.filter(
    (file) =>
      !isOf(file) &&
      [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].some(([, specifier = '']) =>
        isOf(specifier.startsWith('#') ? specifier.slice(1) : join(file, '..', specifier)),
      ),
  );
}

test.each([
  ['warning/rules/gateway-twin.ts', 'warning/rules/all.ts'],
  ['dispatch/channels/in-app/', 'dispatch/channels/all.ts'],
  ['ingest/store/sqlite/', 'ingest/store/all.ts'],
])('%s is known to %s alone, by one line beside its import', (path, list) => {
  expect(importersOf(path)).toEqual([list]);
});

test('a kind that only a rule has is named by its facts, its words and its rule', () => {
  const naming = product.filter((file) => /['"]gateway-twin['"]|'gateway-twin':/.test(read(file)));
  expect(naming.toSorted()).toEqual([
    'contracts/facts/incident-kinds.ts',
    'contracts/facts/kind-words.ts',
    'warning/rules/gateway-twin.ts',
  ]);
});
