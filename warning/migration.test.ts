import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { warningMigrations } from './migrations.ts';
import { openWarningStore } from './warning-store.ts';

/** Steps while a device's id and a rule's key were unique in the whole installation. */
const before = 2;

test('devices, rules and active warnings of the version before go on under their community', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warning-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'warning.db');
  const old = openSqlite(file);
  migrate(old, 'warning', warningMigrations.slice(0, before));
  const state = (rule: string, key: string, more: object) =>
    old
      .prepare('INSERT INTO rule_state VALUES (?, ?, ?)')
      .run(rule, key, JSON.stringify({ rule, key, ...more }));
  state('outage', 'c1/gw1/zigbee', { state: { silent: [] } });
  state('inactivity', 'r1', { state: { since: { 'c1/gw1': 5 } }, deadline: { gateway: 'c1/gw1', at: 9 } });
  state('inactivity', 'r2', { state: { since: { 'c2/gw1': 5 } } });
  state('inactivity', 'r3', { state: { since: {} } });
  old.exec(`
    INSERT INTO device_state VALUES (7, 'd1', 'c1', 'gw1', 'live', 1000, 2000, 0, '{}', 3);
    INSERT INTO warning VALUES ('w-1', 1, '${JSON.stringify({
      ...{ id: 'w-1', rule: 'device-event', key: 'd1/smoke', subject: 'd1', kind: 'smoke', community: 'c1' },
      ...{ openedBy: 1, state: 'active' },
    })}');
  `);
  old.close();

  const store = openWarningStore(file);
  const loaded = store.load();
  expect(loaded.presence.devices).toMatchObject([
    { row: 7, community: 'c1', device: 'd1', state: 'live', heardAt: 1000, heardClock: 2000, revision: 3 },
  ]);
  expect(loaded.active).toMatchObject([{ id: 'w-1', community: 'c1', key: 'd1/smoke' }]);
  expect(loaded.states.map(({ community, rule, key }) => [community, rule, key])).toEqual([
    ['c1', 'inactivity', 'r1'],
    ['c1', 'outage', 'c1/gw1/zigbee'],
    ['c2', 'inactivity', 'r2'],
  ]);
  expect(loaded.states[0]).toMatchObject({ deadline: { gateway: 'c1/gw1', at: 9 } });
  store.close();
});
