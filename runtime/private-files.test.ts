import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from './log.ts';
import { keepFolderPrivate, mendPrivateFiles } from './private-files.ts';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'private-'));
  folder = join(parent, 'data');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(parent, { recursive: true }));

function write(path: string, mode: number): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'x');
  chmodSync(file, mode);
  return file;
}
const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);

test('what an earlier version left readable by everybody is closed to all but its owner', () => {
  const files = [write('registry.db', 0o644), write('gateways/g/alarm.db-wal', 0o664), write('own', 0o600)];
  keepFolderPrivate(folder, silentLog());
  expect(files.map(modeOf)).toEqual(['600', '600', '600']);
  expect([folder, join(folder, 'gateways'), join(folder, 'gateways/g')].map(modeOf)).toEqual([
    '700',
    '700',
    '700',
  ]);
  expect(mendPrivateFiles(folder)).toEqual({ mended: 0, foreign: { count: 0 }, complete: true });
});

test('a link out of the folder is not followed', () => {
  const outside = join(parent, 'outside');
  writeFileSync(outside, 'x');
  chmodSync(outside, 0o644);
  symlinkSync(outside, join(folder, 'link'));
  mendPrivateFiles(folder);
  expect(modeOf(outside)).toBe('644');
});

test('a data folder that is itself a link, to another disk, is closed where it lies', () => {
  const file = write('registry.db', 0o644);
  const link = join(parent, 'link');
  symlinkSync(folder, link);
  keepFolderPrivate(link, silentLog());
  expect([folder, file].map(modeOf)).toEqual(['700', '600']);
});

test('files of another owner are counted and the rest is mended', () => {
  const file = write('registry.db', 0o644);
  const stranger = lstatSync(file).uid + 1;
  expect(mendPrivateFiles(folder, { uid: stranger })).toEqual({
    mended: 0,
    foreign: { count: 2, first: folder },
    complete: true,
  });
  expect(modeOf(file)).toBe('644');
});

test('a folder of more files than the limit says so', () => {
  for (const name of ['a', 'b', 'c']) write(name, 0o644);
  expect(mendPrivateFiles(folder, { limit: 3 })).toMatchObject({ mended: 3, complete: false });
});

test('a folder that others use, or that holds the program, is left alone', () => {
  chmodSync(folder, 0o1777);
  keepFolderPrivate(folder, silentLog());
  expect((lstatSync(folder).mode & 0o7777).toString(8)).toBe('1777');
  const program = resolve(import.meta.dirname, '..');
  const before = modeOf(program);
  keepFolderPrivate(program, silentLog());
  expect(modeOf(program)).toBe(before);
});
