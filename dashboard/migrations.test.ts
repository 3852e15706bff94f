import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { registryMigrations } from '#registry/migrations.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { dashboardMigrations } from './migrations.ts';

/** How many steps each part had while ids were unique in the whole installation. */
const before = { registry: 4, dashboard: 4 };

/** registry.db of the version before, with a household, its relative, an account, a session, a PIN and an audit line. */
function openOld(): DatabaseSync {
  const db = openSqlite(':memory:');
  onTestFinished(() => db.close());
  migrate(db, 'registry', registryMigrations.slice(0, before.registry));
  migrate(db, 'dashboard', dashboardMigrations.slice(0, before.dashboard));
  db.exec(`
    INSERT INTO community (id, name_zh, name_en) VALUES ('c1', '一', 'One'), ('c2', '二', 'Two');
    INSERT INTO grid VALUES ('g1', 'c1', '一网格');
    INSERT INTO building VALUES ('b1', 'c1', '1栋'), ('b9', 'c2', '9栋');
    INSERT INTO unit VALUES ('b1u1', 'b1', '1单元'), ('b9u1', 'b9', '1单元');
    INSERT INTO floor VALUES ('b1u1f1', 'b1u1', '1', 0), ('b9u1f1', 'b9u1', '1', 0);
    INSERT INTO dwelling VALUES ('b1u1-101', 'b1u1f1', 'g1', '101'), ('b9u1-101', 'b9u1f1', 'g1', '101');
    INSERT INTO resident (id, dwelling, name, lives_alone, inactivity_ms, arrival_note)
      VALUES ('r1', 'b1u1-101', '王奶奶', 1, 43200000, '耳背');
    INSERT INTO gateway VALUES ('c1', 'gw1', '网关', 1), ('c2', 'gw1', '网关', 1);
    INSERT INTO device
      (id, community, gateway, address, class, name, dwelling, resident, stale_after_ms, resident_since) VALUES
      ('d1', 'c1', 'gw1', 'watch-3g:1', 'watch', '手表', 'b1u1-101', 'r1', 60000, 12345),
      ('d2', 'c2', 'gw1', 'watch-3g:2', 'watch', '手表', 'b1u1-101', NULL, NULL, 0);
    INSERT INTO person VALUES ('p1', 'c1', '女儿', '139', 1), ('p2', 'c2', '外人', NULL, 1);
    INSERT INTO person_right VALUES ('p1', 'family', 'r1'), ('p2', 'guard', '');
    INSERT INTO consent VALUES ('r1', 'p1', 'alarms,vitals', '妈妈'), ('r1', 'p2', 'alarms', NULL);
    INSERT INTO account VALUES ('daughter', 'p1', 'hash-1', 5), ('guard', 'p2', 'hash-2', 6);
    INSERT INTO session (id_hash, login, created_at, seen_at) VALUES ('s1', 'daughter', 1, 2);
    INSERT INTO pin VALUES ('p2', 'pin-hash', 7);
    INSERT INTO audit (at, person, community, address, act, object, outcome)
      VALUES (9, 'p1', 'c1', '::1', 'elder.look', 'r1', 'done');
  `);
  return db;
}

const lift = (db: DatabaseSync) => {
  migrate(db, 'registry', registryMigrations);
  migrate(db, 'dashboard', dashboardMigrations);
};

test('what stood under ids of the whole installation stands under those of its community', () => {
  const db = openOld();
  lift(db);
  const all = (table: string) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  expect(all('resident')).toMatchObject([
    { community: 'c1', id: 'r1', dwelling: 'b1u1-101', name: '王奶奶', lives_alone: 1, arrival_note: '耳背' },
  ]);
  expect(all('device')).toMatchObject([
    { community: 'c1', id: 'd1', dwelling: 'b1u1-101', resident: 'r1', resident_since: 12345 },
    // It led into another community, which shows it nothing any more.
    { community: 'c2', id: 'd2', dwelling: null },
  ]);
  expect(all('dwelling')).toMatchObject([
    { community: 'c1', id: 'b1u1-101', grid: 'g1', floor: 'b1u1f1', door: '101' },
    { community: 'c2', id: 'b9u1-101', grid: null, floor: 'b9u1f1', door: '101' },
  ]);
  expect(all('person_right')).toMatchObject([
    { community: 'c1', person: 'p1', role: 'family', scope: 'r1' },
    { community: 'c2', person: 'p2', role: 'guard', scope: '' },
  ]);
  expect(all('consent')).toMatchObject([
    { community: 'c1', resident: 'r1', person: 'p1', classes: 'alarms,vitals', called_as: '妈妈' },
  ]);
  expect(all('account')).toMatchObject([
    { login: 'daughter', password_hash: 'hash-1', password_set_at: 5 },
    { login: 'guard', password_hash: 'hash-2', password_set_at: 6 },
  ]);
  expect(all('account_person')).toMatchObject([
    { login: 'daughter', community: 'c1', person: 'p1' },
    { login: 'guard', community: 'c2', person: 'p2' },
  ]);
  expect(all('session')).toMatchObject([{ id_hash: 's1', login: 'daughter', community: 'c1' }]);
  expect(all('pin')).toMatchObject([{ community: 'c2', person: 'p2', hash: 'pin-hash' }]);
  expect(all('audit')).toHaveLength(1);
});

test('the same ids may stand in a second community, and a change of the one is none of the other', () => {
  const db = openOld();
  lift(db);
  db.exec(`
    INSERT INTO person VALUES ('c2', 'p1', '另一人', NULL, 1);
    INSERT INTO resident (community, id, dwelling) VALUES ('c2', 'r1', 'b9u1-101');
    INSERT INTO device (community, id, gateway, address, class, name, resident)
      VALUES ('c2', 'd1', 'gw1', 'watch-3g:1', 'watch', '手表', 'r1');
  `);
  const revision = () => Number(db.prepare('SELECT revision FROM registry_revision').get()?.revision);
  const known = revision();
  db.exec("UPDATE device SET resident = NULL WHERE community = 'c2' AND id = 'd1'");
  expect(revision()).toBeGreaterThan(known);
  const since = db.prepare("SELECT resident_since FROM device WHERE id = 'd1' ORDER BY community").all();
  expect(since).toMatchObject([{ resident_since: 12345 }, { resident_since: expect.any(Number) }]);
  expect(Number(since[1]?.resident_since)).toBeGreaterThan(12345);
  const crossing = "INSERT INTO consent VALUES ('c2', 'r1', 'p9', 'alarms', NULL)";
  expect(() => db.exec(crossing)).toThrow('FOREIGN KEY');
});
