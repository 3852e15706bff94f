import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledLibrariesFlags, bundleLibraries } from './bundle-libraries.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundled-'));
  mkdirSync(join(root, 'node_modules'));
  for (const library of ['typebox', 'kysely']) {
    symlinkSync(
      resolve(import.meta.dirname, '../node_modules', library),
      join(root, 'node_modules', library),
      'junction',
    );
  }
});
afterEach(() => rmSync(root, { recursive: true }));

test('what is bundled is loaded in the place of the library, by threads too, and exports the same', async () => {
  expect(bundledLibrariesFlags(root)).toEqual([]);
  expect(await bundleLibraries(root)).toBe(true);
  expect(await bundleLibraries(root)).toBe(false);
  const program = join(root, 'program.mjs');
  writeFileSync(
    program,
    `import { isMainThread, Worker } from 'node:worker_threads';
const told = [];
for (const name of ['typebox', 'typebox/compile', 'typebox/value', 'kysely'])
  told.push([name, Object.keys(await import(name)), import.meta.resolve(name)]);
console.log(JSON.stringify(told));
if (isMainThread) new Worker(new URL(import.meta.url));`,
  );
  const run = async (flags: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], {
      env: { PATH: process.env.PATH },
    });
    const [main, thread] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [string, string[], string][]);
    expect(thread).toEqual(main);
    return main ?? [];
  };
  const plain = await run([]);
  const bundled = await run(bundledLibrariesFlags(root));
  expect(bundled.map(([name, names]) => [name, names])).toEqual(plain.map(([name, names]) => [name, names]));
  for (const [, , url] of plain) expect(url).not.toContain('/bundled/');
  for (const [, , url] of bundled) expect(url).toContain('/bundled/');
});
