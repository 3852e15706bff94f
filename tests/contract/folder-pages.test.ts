import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const isOthers = (name: string) => /(^|\/)(node_modules|dist)(\/|$)/.test(name);
const pages = globSync('*/**/README.md', { cwd: root, exclude: isOthers });
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const hasFileTable = (page: string) => /^\| (file|folder) \| what \|$/m.test(read(page));

/** Names of code files that a page has in backticks. */
const namedIn = (page: string) =>
  [...read(page).matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, name]) => name as string);

test.each(pages.filter(hasFileTable))('%s has a line for every file beside it', (page) => {
  const named = new Set(namedIn(page));
  const files = globSync(join(dirname(page), '*.{ts,tsx}'), { cwd: root }).map((file) => basename(file));
  const code = files.filter((file) => !/\.(test|fixture)\.tsx?$/.test(file));
  expect(code.length).toBeGreaterThan(0);
  expect(code.filter((file) => !named.has(file))).toEqual([]);
});

test.each(pages)('%s names no file that is gone', (page) => {
  const folder = join(root, dirname(page));
  const below = globSync('**/*.{ts,tsx}', { cwd: folder, exclude: isOthers });
  const isThere = (name: string) =>
    existsSync(join(root, name)) || below.some((file) => `/${file}`.endsWith(`/${name}`));
  expect(namedIn(page).filter((name) => !isThere(name))).toEqual([]);
});
