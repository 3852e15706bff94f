import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { registryMigrations } from '#registry/migrations.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { dashboardMigrations } from '../../migrations.ts';
import { type DashboardDatabase, openDashboardTables } from '../tables.ts';
import { checkAuditChain, createAudit } from './audit.ts';

let file: string;
let db: DashboardDatabase;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-chain-'));
  file = join(folder, 'registry.db');
  db = openDashboardTables(file);
  onTestFinished(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true });
  });
});

/** Entries as they are written, one after another and many at once. */
async function write(count: number): Promise<void> {
  const audit = createAudit(db, () => 1);
  const entry = (n: number) =>
    ({ action: 'incident.look', address: '::1', person: `p-${n}`, outcome: 'done', at: n }) as const;
  await audit.append(entry(1));
  await audit.appendAll(Array.from({ length: count - 1 }, (_, n) => entry(n + 2)));
}

/** What somebody does who has the file and knows SQLite. */
function tamper(statements: string): void {
  const raw = openSqlite(file);
  const triggers = raw.prepare(
    "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'audit' AND type = 'trigger'",
  );
  const known = triggers.all();
  for (const { name } of known) raw.exec(`DROP TRIGGER ${name}`);
  raw.exec(statements);
  for (const { sql } of known) raw.exec(String(sql));
  raw.close();
}

test('a log that nobody touched is whole, over more entries than are read or written at once', async () => {
  await write(1201);
  const { newest, broken } = await checkAuditChain(db);
  expect(broken).toBeUndefined();
  expect(newest).toEqual({ id: 1201, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('an empty log is whole', async () => {
  expect(await checkAuditChain(db)).toEqual({ newest: { id: 0, hash: '0'.repeat(64) } });
});

const swap = (a: number, b: number) =>
  `UPDATE audit SET id = 0 WHERE id = ${a}; UPDATE audit SET id = ${a} WHERE id = ${b}; UPDATE audit SET id = ${b} WHERE id = 0;`;

describe.each([
  ['altered', "UPDATE audit SET person = 'p-9' WHERE id = 4", { id: 4, why: 'changed' }],
  ['altered to say nothing', 'UPDATE audit SET person = NULL WHERE id = 10', { id: 10, why: 'changed' }],
  ['removed', 'DELETE FROM audit WHERE id = 4', { id: 4, why: 'missing' }],
  ['removed at the beginning', 'DELETE FROM audit WHERE id = 1', { id: 1, why: 'missing' }],
  ['removed at the end', 'DELETE FROM audit WHERE id >= 9', { id: 9, why: 'missing' }],
  [
    'removed, those behind it moved up',
    'DELETE FROM audit WHERE id = 4; UPDATE audit SET id = id - 1 WHERE id > 4',
    { id: 4, why: 'changed' },
  ],
  ['put in another place', swap(4, 7), { id: 4, why: 'changed' }],
  [
    'put in between',
    'UPDATE audit SET id = 11 WHERE id = 10; INSERT INTO audit SELECT 10, at, person, login, community, address, action, object, request, outcome, place, hash FROM audit WHERE id = 9',
    { id: 10, why: 'changed' },
  ],
])('an entry %s', (_what, statements, broken) => {
  test('is named', async () => {
    await write(10);
    tamper(statements);
    expect((await checkAuditChain(db)).broken).toEqual(broken);
  });

  test('is named still when further entries were written behind it', async () => {
    await write(10);
    tamper(statements);
    await createAudit(db, () => 1).append({ action: 'sign-out', address: '::1', outcome: 'done' });
    expect((await checkAuditChain(db)).broken).toEqual(broken);
  });
});

test('a log written anew from its first entry on is told by an entry that was noted elsewhere', async () => {
  await write(10);
  const { newest: noted } = await checkAuditChain(db);
  expect(await checkAuditChain(db, noted)).toEqual({ newest: noted });
  tamper("DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'");
  await write(9);
  expect((await checkAuditChain(db)).broken).toBeUndefined();
  expect((await checkAuditChain(db, noted)).broken).toEqual({ id: 10, why: 'missing' });
  await createAudit(db, () => 1).append({ action: 'sign-out', address: '::1', outcome: 'done' });
  expect((await checkAuditChain(db, noted)).broken).toEqual({ id: 10, why: 'other' });
});

test('two dashboards write one chain', async () => {
  const second = openDashboardTables(file);
  onTestFinished(() => second.destroy());
  const audits = [createAudit(db, () => 1), createAudit(second, () => 2)];
  for (let n = 0; n < 20; n++) {
    await audits[n % 2]?.append({
      action: 'incident.look',
      address: '::1',
      outcome: 'done',
      object: `i-${n}`,
    });
  }
  expect(await checkAuditChain(db)).toMatchObject({ newest: { id: 20 } });
  expect((await checkAuditChain(db)).broken).toBeUndefined();
});

test('an entry without its hash is refused by the table itself', async () => {
  const raw = openSqlite(file);
  onTestFinished(() => raw.close());
  const insert = "INSERT INTO audit (at, address, action, outcome) VALUES (1, '::1', 'sign-in', 'done')";
  expect(() => raw.exec(insert)).toThrow('needs its hash');
});

test('the entries of a log from before are chained as they stand, and what follows is chained to them', async () => {
  const before = dashboardMigrations.findIndex((step) => typeof step === 'function');
  const folder = mkdtempSync(join(tmpdir(), 'audit-chain-old-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const old = join(folder, 'registry.db');
  const raw: DatabaseSync = openSqlite(old);
  migrate(raw, 'registry', registryMigrations);
  migrate(raw, 'dashboard', dashboardMigrations.slice(0, before));
  const insert = raw.prepare(
    "INSERT INTO audit (at, address, action, outcome) VALUES (?, '::1', 'sign-in', 'done')",
  );
  for (let n = 1; n <= 1500; n++) insert.run(n);
  raw.close();
  const lifted = openDashboardTables(old);
  onTestFinished(() => lifted.destroy());
  await createAudit(lifted, () => 1).append({ action: 'sign-out', address: '::1', outcome: 'done' });
  const { newest, broken } = await checkAuditChain(lifted);
  expect(broken).toBeUndefined();
  expect(newest.id).toBe(1501);
  await expect(lifted.updateTable('audit').set({ outcome: 'x' }).execute()).rejects.toThrow('append-only');
});
