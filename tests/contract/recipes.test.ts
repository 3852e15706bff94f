import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rightsOf } from '#contracts/facts/rights.ts';
import { roles } from '#contracts/facts/roles.ts';
import { consoleEn } from '#dashboard/web/console/locales/en.ts';
import { consoleZhCN } from '#dashboard/web/console/locales/zh-CN.ts';
import { homePages } from '#dashboard/web/shared/sign-in/home-pages.ts';

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
    'A channel to people',
    'A telemetry store',
    'A role',
    'A setting',
    'A panel of the console',
    'A fact of the domain',
  ]);
});

describe.each(recipes)('$title', ({ text }) => {
  const [list = '', walk = ''] = text.split(/^Walked by /m);
  const named = [...text.matchAll(/`([\w.<>-]+(?:\/[\w.<>-]+)*\/?)`/g)].map(([, name = '']) => name);
  // A bare name is that of a file in the folder of its step.
  const paths = named.filter((name) => name.includes('/'));

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

test.each(roles)('the role %s has rights, a page of its own and words', (role) => {
  const elders = [{ resident: 'r1', classes: ['alarms'] as const }];
  const rights = rightsOf({ person: 'p1', community: 'c1', roles: [role], elders });
  const incident = { community: 'c1', isOpen: true, reached: ['p1'] };
  const sees =
    rights.may('see', 'Incident', incident) || rights.may('see', 'Elder', { resident: 'r1', class: 'any' });
  expect(sees).toBe(true);
  expect(homePages([role])).toHaveLength(1);
  expect([consoleZhCN.role[role], consoleEn.role[role]].every(Boolean)).toBe(true);
});

test.each(globSync('dashboard/web/console/*/*-panel.tsx', { cwd: root }).map((file) => [file]))(
  '%s stands on the page, and the page leads to its section',
  (file) => {
    const id = /id="([a-z-]+)"/.exec(read(file))?.[1] ?? '';
    expect(id).not.toBe('');
    expect(importersOf(file)).toEqual(['dashboard/web/console/page/console-page.tsx']);
    expect(read('dashboard/web/console/page/console-page.tsx')).toContain(`id: '${id}'`);
  },
);
