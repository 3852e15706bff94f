import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runAtOnce } from '#tests/at-once.ts';

const node = (name: string, script: string) => ({ name, command: process.execPath, args: ['-e', script] });

test('a check that fails is named with its output; the others end and are told too', async () => {
  const told: string[] = [];
  const failed = await runAtOnce(
    [
      node('lint', 'console.log("all well")'),
      node('types', 'console.log("in a.ts"); console.error("2 is no string"); process.exitCode = 2'),
      node('build', 'process.kill(process.pid, "SIGKILL")'),
      { name: 'missing', command: 'no-such-program', args: [] },
    ],
    (words) => told.push(words),
  );
  expect(failed).toEqual(['types', 'build', 'missing']);
  expect(told.toSorted()).toEqual([
    expect.stringMatching(/^all well\n✓ lint \(\d+\.\d s\)\n$/),
    expect.stringMatching(/^in a\.ts\n2 is no string\n✗ types: ended with 2 /),
    expect.stringMatching(/^✗ build: ended with SIGKILL /),
    expect.stringMatching(/^✗ missing: spawn no-such-program ENOENT /),
  ]);
});

test('they run beside one another: each waits for the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'at-once-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => JSON.stringify(join(folder, name));
  const meet = (own: string, other: string) =>
    node(
      own,
      `const { existsSync, writeFileSync } = require('node:fs');
      writeFileSync(${file(own)}, '');
      const look = setInterval(() => existsSync(${file(other)}) && clearInterval(look), 5);`,
    );
  expect(await runAtOnce([meet('lint', 'types'), meet('types', 'lint')], () => undefined)).toEqual([]);
});

test('the program ends with 1 and names what failed', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../at-once.ts'), 'no-such-script'],
    { encoding: 'utf8', env: { ...process.env, npm_execpath: undefined } },
  );
  expect(status).toBe(1);
  expect(stdout).toMatch(/✗ no-such-script: ended with 1 .*\nFailed: no-such-script\n$/s);
});
