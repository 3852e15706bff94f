import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allCommands } from './all.ts';
import { findCommand, UsageError } from './command.ts';

const example = resolve(import.meta.dirname, '../../docs/community-plan.example.json');
let dataDir: string;
let said: string[];
let piped: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'commands-'));
  said = [];
  piped = '';
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Runs a command as it is typed; what it said, in lines. */
async function provision(...typed: string[]): Promise<string[]> {
  said = [];
  const { command, given } = findCommand(allCommands, typed);
  const print = (text: string) => void said.push(...text.split('\n'));
  await command.run(given, { dataDir, env: {}, print, input: () => piped });
  return said;
}

/** The example with one text in the place of another. */
function changedPlan(from: string, to: string): string {
  const file = join(dataDir, 'changed.json');
  writeFileSync(
    file,
    readFileSync(example, 'utf8').replace(from, () => to),
  );
  return file;
}

test.each([
  ['a misspelt command', ['comunity'], 'unknown: comunity; did you mean "community"?'],
  ['half a command', ['person'], 'person needs one of: list, end, restore, password'],
  [
    'a misspelt second word',
    ['person', 'endd'],
    'person needs one of: list, end, restore, password, not "endd"; did you mean "person end"?',
  ],
  [
    'a missing word',
    ['gateway', 'riverside'],
    '<gateway> is missing; it is typed: gateway <community> <gateway>',
  ],
  [
    'a word too many',
    ['device', 'list', 'riverside', 'x'],
    '"x" is one word too many; it is typed: device list <community>',
  ],
  [
    'a misspelt option',
    ['community', 'plan.json', '--dryrun'],
    '--dryrun is no option; did you mean "--dry-run"?; it is typed: community <plan.json> [--dry-run] [--remove]',
  ],
  ['a word that every object knows', ['constructor'], 'unknown: constructor'],
])('%s is refused with what was expected', async (_what, typed, words) => {
  const run = provision(...typed);
  await expect(run).rejects.toThrow(words);
  await expect(run).rejects.toBeInstanceOf(UsageError);
});

test.each([
  ['gateway riverside gw-11', 'no gateway "gw-11" in riverside; did you mean "gw-1"?; known: gw-1, hosted-1'],
  ['gateway river gw-1', 'no community "river"; did you mean "riverside"?; known: riverside'],
  ['account riverside guard guard', 'no person "guard" in riverside; did you mean "guard-1"?'],
  ['person end riverside gard-1', 'no person "gard-1" in riverside; did you mean "guard-1"?'],
  ['person restore riverside nobody', 'no person "nobody" in riverside; known: guard-1, manager'],
  ['person password ghost', 'no account "ghost"'],
  ['person list riversid', 'no community "riversid"; did you mean "riverside"?'],
  ['device list other', 'no community "other"'],
  ['plan export other', 'no community "other"'],
  ['replay-store yesterday', '<time> has to be one such as 2026-11-20T00:00:00Z, not "yesterday"'],
  ['community nowhere.json', 'the plan nowhere.json cannot be read'],
])('%s is refused, naming what there is', async (typed, words) => {
  await provision('community', example);
  await expect(provision(...typed.split(' '))).rejects.toThrow(words);
});

test('a data folder without a registry is told, and none is made in it', async () => {
  const elsewhere = join(dataDir, 'elsewhere');
  const { command, given } = findCommand(allCommands, ['person', 'list', 'riverside']);
  const run = async () =>
    command.run(given, { dataDir: elsewhere, env: {}, print: () => undefined, input: () => '' });
  await expect(run()).rejects.toThrow(`there is no registry in ${elsewhere}: set SHOUWANG_DATA_DIR`);
  expect(existsSync(elsewhere)).toBe(false);
});

test('a plan tells what it changes before and after, in counts and names; a dry run writes nothing', async () => {
  expect(await provision('community', example, '--dry-run')).toContain('nothing was written');
  expect(existsSync(join(dataDir, 'registry.db'))).toBe(false);
  const first = await provision('community', example);
  expect(first).toEqual(
    expect.arrayContaining([
      'riverside (河畔小区):',
      '    device zigbee-1 (Zigbee 网桥, zigbee2mqtt:00124b0000000000)',
    ]),
  );
  expect(first.join('\n')).toMatch(/ {2}devices +6 +0 +0 +0/);
  expect(first.filter((line) => /^riverside\.(gw-1|hosted-1) {2}\S{43}$/.test(line))).toHaveLength(2);

  expect(await provision('community', example)).toEqual(['riverside (河畔小区): as the plan has it']);
  const renamed = changedPlan('"name": "客厅烟感"', '"name": "厨房烟感"');
  const lines = await provision('community', renamed, '--dry-run');
  expect(lines).toContain(
    '    device smoke-202 (厨房烟感, zigbee2mqtt:00124b0000000002): name "客厅烟感" → "厨房烟感"',
  );
  expect((await provision('device', 'list', 'riverside')).join('\n')).not.toContain('厨房烟感');
});

test('what a plan leaves out is shown as staying, and with remove as ended', async () => {
  await provision('community', example);
  const smaller = changedPlan(
    '    { "id": "station-1", "name": "微型消防站", "rights": [{ "role": "responder" }] },\n',
    '',
  );
  expect(await provision('community', smaller)).toEqual(
    expect.arrayContaining([
      '  left out, and stays (--remove ends it):',
      '    person station-1 (微型消防站)',
    ]),
  );
  expect((await provision('person', 'list', 'riverside')).join('\n')).toMatch(
    /station-1 +微型消防站 +responder/,
  );
  expect(await provision('community', smaller, '--remove')).toEqual(
    expect.arrayContaining(['  ended:', '    person station-1 (微型消防站)']),
  );
  expect((await provision('person', 'list', 'riverside')).join('\n')).toMatch(/station-1 +微型消防站 +ended/);
});

test('a plan exported into a file is for its owner alone, and applied again changes nothing', async () => {
  await provision('community', example);
  const file = join(dataDir, 'exported.json');
  await provision('plan', 'export', 'riverside', file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await provision('community', file, '--remove')).toEqual([
    'riverside (河畔小区): as the plan has it',
  ]);
});

test('an account is made and listed, its password changed, its person ended and taken back', async () => {
  await provision('community', example);
  const [made = ''] = await provision('account', 'riverside', 'guard-1', 'zhiban');
  expect(made).toMatch(/^zhiban {2}\S{16}$/);
  piped = '河畔小区的夜里有人值守着';
  expect(await provision('person', 'password', 'zhiban')).toEqual(['account zhiban has another password']);
  expect((await provision('person', 'list', 'riverside')).join('\n')).toMatch(
    /guard-1 +监控室值班员 +guard +zhiban/,
  );
  await provision('person', 'end', 'riverside', 'guard-1');
  expect((await provision('community', example)).join('\n')).toMatch(
    /ended before, and stays so.*\n +person guard-1/,
  );
  await provision('person', 'restore', 'riverside', 'guard-1');
  await provision('community', example);
  expect((await provision('person', 'list', 'riverside')).join('\n')).toMatch(
    /guard-1 +监控室值班员 +guard +zhiban/,
  );
});
