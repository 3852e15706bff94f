import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeptFiles } from './kept-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was written is read after a restart, and nothing else is left in the folder', () => {
  const files = join(folder, 'adapter');
  expect(openKeptFiles(files).read('list.json')).toBeUndefined();
  openKeptFiles(files).write('list.json', '[1]');
  openKeptFiles(files).write('list.json', '["3栋"]');
  expect(openKeptFiles(files).read('list.json')).toBe('["3栋"]');
  expect(readdirSync(files)).toEqual(['list.json']);
});

test('what is kept is for the eyes of the agent alone', () => {
  openKeptFiles(folder).write('list.json', '[1]');
  expect(statSync(join(folder, 'list.json')).mode & 0o777).toBe(0o600);
});

test('a text that cannot be written says so and leaves what was there', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'no folder');
  expect(() => openKeptFiles(file).write('list.json', '[1]')).toThrow();
  expect(openKeptFiles(folder).read('file')).toBe('no folder');
});
