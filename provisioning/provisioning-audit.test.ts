import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDashboardTablesToRead } from '#dashboard/server/tables.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { allCommands } from './commands/all.ts';
import { findCommand } from './commands/command.ts';
import { registryFile } from './prepare.ts';
import { prepareOwnCommunity } from './prepare-own.ts';

const file = resolve(import.meta.dirname, '../docs/community-plan.example.json');
const plan = JSON.parse(readFileSync(file, 'utf8')) as CommunityPlan;
const community = plan.community.id;
const address = `provisioning:${userInfo().username}`;
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'provisioning-audit-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Runs a command as it is typed; what it said, in lines. */
async function provision(...typed: string[]): Promise<string[]> {
  const said: string[] = [];
  const { command, given } = findCommand(allCommands, typed);
  const print = (text: string) => void said.push(...text.split('\n'));
  await command.run(given, { dataDir, env: {}, print, input: () => '' });
  return said;
}

async function audited() {
  const db = openDashboardTablesToRead(registryFile(dataDir));
  try {
    return await db.selectFrom('audit').selectAll().orderBy('id').execute();
  } finally {
    await db.destroy();
  }
}
/** Lines of what was done since so many, as action and object. */
const since = async (count: number) =>
  (await audited()).slice(count).map(({ action, object }) => [action, object]);

test.each([
  ['ends somebody', ['person', 'end', community, 'guard-1'], [['person.end', 'guard-1']]],
  ['takes somebody back', ['person', 'restore', community, 'guard-1'], [['person.restore', 'guard-1']]],
  ['makes an account', ['account', community, 'guard-1', 'Zhiban'], [['account.make', 'zhiban/guard-1']]],
  ['gives a gateway a secret', ['gateway', community, 'gw-1'], [['gateway.secret', 'gw-1']]],
  ['takes a plan out of the registry', ['plan', 'export', community], [['plan.export', community]]],
])('who %s on the machine is in the audit log', async (_what, typed, lines) => {
  await provision('community', file);
  const { length } = await audited();
  await provision(...typed);
  expect(await since(length)).toEqual(lines);
  expect((await audited()).at(-1)).toMatchObject({ address, community, person: null, outcome: 'done' });
});

test('a password set on the machine is in the audit log of each community of the account, and a refused one in none', async () => {
  await provision('community', file);
  await provision('account', community, 'guard-1', 'zhiban');
  const { length } = await audited();
  await provision('person', 'password', 'zhiban');
  expect(await since(length)).toEqual([['account.password', 'zhiban/guard-1']]);
  await expect(provision('person', 'password', 'nobody')).rejects.toThrow('no account');
  expect(await audited()).toHaveLength(length + 1);
});

test('what a plan gives people and what --remove takes out is in the audit log by ids, applied again nothing', async () => {
  await provision('community', file);
  const first = await since(0);
  expect(first).toContainEqual(['plan.apply', community]);
  expect(first).toContainEqual(['plan.give', 'person_right/guard-1/guard']);
  expect(first).toContainEqual(['gateway.secret', 'gw-1']);
  await provision('community', file, '--remove');
  expect(await audited()).toHaveLength(first.length);
  const [gone] = plan.devices;
  const left = plan.people.filter(({ id }) => id !== 'guard-1');
  const smaller = join(dataDir, 'smaller.json');
  writeFileSync(smaller, JSON.stringify({ ...plan, devices: plan.devices.slice(1), people: left }));
  await provision('community', smaller);
  expect(await audited()).toHaveLength(first.length);
  await provision('community', smaller, '--remove');
  expect((await since(first.length)).toSorted()).toEqual([
    ['plan.apply', community],
    ['plan.take', `device/${gone?.id}`],
    ['plan.take', 'person/guard-1'],
  ]);
  const names = [...plan.people, ...plan.residents].flatMap(({ name }) => (name ? [name] : []));
  const text = JSON.stringify(await audited());
  expect(names.filter((name) => text.includes(name))).toEqual([]);
});

test('a start of one’s own community writes what it made once, and the next start nothing', async () => {
  await prepareOwnCommunity(dataDir, { plan });
  const first = await since(0);
  const actions = new Set(first.map(([action]) => action));
  expect([...actions].toSorted()).toEqual(
    ['account.make', 'gateway.secret', 'plan.apply', 'plan.give', 'service.secret', 'wall.code'].toSorted(),
  );
  await prepareOwnCommunity(dataDir, { plan });
  expect(await audited()).toHaveLength(first.length);
});

test('audit verify prints the newest entry of a whole log, and names the first entry that was removed', async () => {
  await provision('community', file);
  const { length } = await audited();
  const [, noted = ''] = await provision('audit', 'verify');
  expect(noted).toMatch(new RegExp(`^${length}:[0-9a-f]{64}$`));
  expect(await provision('audit', 'verify', noted)).toContain(noted);
  const other = `${length}:${'0'.repeat(64)}`;
  await expect(provision('audit', 'verify', other)).rejects.toThrow('not the one that was noted');
  await expect(provision('audit', 'verify', 'yesterday')).rejects.toThrow('not "yesterday"');
  const db = openSqlite(registryFile(dataDir));
  db.exec('DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE id = 3');
  db.close();
  await expect(provision('audit', 'verify')).rejects.toThrow('entry 3 was removed; 2 entries');
});
