import type { Migrations } from '#runtime/migrations.ts';
import { apart, keyedByCommunity, references, wearersInCommunity } from './ids-apart.ts';

const tables = `
CREATE TABLE community (
  id TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
  timezone TEXT NOT NULL DEFAULT 'Asia/Shanghai', division_code TEXT
) STRICT;
CREATE TABLE grid (
  id TEXT PRIMARY KEY, community TEXT NOT NULL REFERENCES community, name TEXT NOT NULL
) STRICT;
CREATE TABLE building (
  id TEXT PRIMARY KEY, community TEXT NOT NULL REFERENCES community, name TEXT NOT NULL
) STRICT;
CREATE TABLE unit (
  id TEXT PRIMARY KEY, building TEXT NOT NULL REFERENCES building, name TEXT NOT NULL
) STRICT;
CREATE TABLE floor (
  id TEXT PRIMARY KEY, unit TEXT NOT NULL REFERENCES unit,
  name TEXT NOT NULL, ordinal INTEGER NOT NULL
) STRICT;
CREATE TABLE dwelling (
  id TEXT PRIMARY KEY, floor TEXT NOT NULL REFERENCES floor,
  grid TEXT REFERENCES grid, door TEXT NOT NULL
) STRICT;
CREATE TABLE resident (
  id TEXT PRIMARY KEY, dwelling TEXT NOT NULL REFERENCES dwelling,
  name TEXT, lives_alone INTEGER NOT NULL DEFAULT 0,
  inactivity_ms INTEGER, away_from INTEGER, away_until INTEGER
) STRICT;
CREATE TABLE gateway (
  community TEXT NOT NULL REFERENCES community, id TEXT NOT NULL,
  name TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (community, id)
) STRICT;
CREATE TABLE device (
  id TEXT PRIMARY KEY, community TEXT NOT NULL REFERENCES community,
  gateway TEXT NOT NULL, address TEXT NOT NULL, class TEXT NOT NULL, model TEXT,
  name TEXT NOT NULL, building TEXT REFERENCES building, unit TEXT REFERENCES unit,
  dwelling TEXT REFERENCES dwelling, resident TEXT REFERENCES resident,
  stale_after_ms INTEGER,
  UNIQUE (community, address),
  FOREIGN KEY (community, gateway) REFERENCES gateway (community, id)
) STRICT;
CREATE TABLE person (
  id TEXT PRIMARY KEY, community TEXT NOT NULL REFERENCES community,
  name TEXT NOT NULL, phone TEXT, enabled INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE person_right (
  person TEXT NOT NULL REFERENCES person, role TEXT NOT NULL,
  scope TEXT NOT NULL DEFAULT '', PRIMARY KEY (person, role, scope)
) STRICT;
CREATE TABLE credential (
  username TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('gateway', 'service')),
  community TEXT, gateway TEXT, service TEXT,
  secret_hash TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE registry_revision (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
INSERT INTO registry_revision VALUES (1, 1);
`;

const relatives = `
ALTER TABLE community ADD COLUMN desk_phone TEXT;
ALTER TABLE resident ADD COLUMN arrival_note TEXT;
CREATE TABLE consent (
  resident TEXT NOT NULL REFERENCES resident, person TEXT NOT NULL REFERENCES person,
  classes TEXT NOT NULL, called_as TEXT, PRIMARY KEY (resident, person)
) STRICT;
UPDATE OR REPLACE person_right SET role = 'guard' WHERE role = 'staff';
`;

const retention = `
ALTER TABLE community ADD COLUMN retention TEXT;
`;

// Set by a trigger, so that no code that gives a device to somebody else can forget it.
const wearers = `
ALTER TABLE device ADD COLUMN resident_since INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER device_resident AFTER UPDATE OF resident ON device WHEN OLD.resident IS NOT NEW.resident
BEGIN
  UPDATE device SET resident_since = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE id = NEW.id;
END;
`;

const watched = [
  'community',
  'grid',
  'building',
  'unit',
  'floor',
  'dwelling',
  'resident',
  'gateway',
  'device',
  'person',
  'person_right',
  'credential',
];

const triggersOf = (table: string) =>
  ['INSERT', 'UPDATE', 'DELETE']
    .map(
      (act) =>
        `CREATE TRIGGER ${table}_${act.toLowerCase()} AFTER ${act} ON ${table}
         BEGIN UPDATE registry_revision SET revision = revision + 1; END;`,
    )
    .join('\n');

/** What a reader reads again when a row of a table changed: the part, and its id within the community. */
const changedParts: Record<string, { part: string; community?: string; id: string }> = {
  community: { part: 'community', community: 'id', id: 'id' },
  grid: { part: 'place', id: "''" },
  building: { part: 'place', id: "''" },
  unit: { part: 'place', id: "''" },
  floor: { part: 'place', id: "''" },
  dwelling: { part: 'place', id: "''" },
  resident: { part: 'resident', id: 'id' },
  gateway: { part: 'gateway', id: 'id' },
  device: { part: 'device', id: 'id' },
  person: { part: 'person', id: 'id' },
  person_right: { part: 'person', id: 'person' },
  consent: { part: 'consent', id: 'person' },
  credential: { part: 'credential', community: "''", id: 'username' },
};
/** Changes kept; a reader that is further behind reads everything. */
const changesKept = 50_000;

/** The changes in their order, by which a reader catches up. */
const changeTriggersOf = (table: string) => {
  const { part, community = 'community', id } = changedParts[table] as (typeof changedParts)[string];
  const of = (column: string, row: 'NEW' | 'OLD') => (column.startsWith("'") ? column : `${row}.${column}`);
  const note = (row: 'NEW' | 'OLD') =>
    `INSERT INTO registry_change (part, community, id) VALUES ('${part}', ${of(community, row)}, ${of(id, row)});`;
  const notes = { INSERT: note('NEW'), UPDATE: note('OLD') + note('NEW'), DELETE: note('OLD') };
  return Object.entries(notes)
    .map(
      ([act, said]) => `DROP TRIGGER ${table}_${act.toLowerCase()};
CREATE TRIGGER ${table}_${act.toLowerCase()} AFTER ${act} ON ${table}
BEGIN UPDATE registry_revision SET revision = revision + 1; ${said} END;`,
    )
    .join('\n');
};

const changes = `
CREATE TABLE registry_change (
  change INTEGER PRIMARY KEY AUTOINCREMENT, part TEXT NOT NULL, community TEXT NOT NULL, id TEXT NOT NULL
) STRICT;
CREATE TRIGGER registry_change_kept AFTER INSERT ON registry_change
BEGIN DELETE FROM registry_change WHERE change <= NEW.change - ${changesKept}; END;
`;

/** Removals kept; when and by whom older ones were made is not known. */
const removalsKept = 10_000;

const removals = `
CREATE TABLE taken_out (
  community TEXT NOT NULL, part TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
  PRIMARY KEY (community, part, id)
) STRICT;
CREATE TRIGGER taken_out_kept AFTER INSERT ON taken_out
BEGIN DELETE FROM taken_out WHERE rowid <= NEW.rowid - ${removalsKept}; END;
`;

/** The registry's tables; every change increments the revision, by which readers notice it. */
export const registryMigrations: Migrations = [
  tables + watched.map(triggersOf).join('\n'),
  relatives + triggersOf('consent'),
  retention,
  wearers,
  [
    apart,
    ...keyedByCommunity.map((table) => `DROP TABLE ${table}; ALTER TABLE new_${table} RENAME TO ${table};`),
    ...references,
    ...keyedByCommunity.map(triggersOf),
    wearersInCommunity,
    'UPDATE registry_revision SET revision = revision + 1;',
  ].join('\n'),
  changes + Object.keys(changedParts).map(changeTriggersOf).join('\n'),
  removals,
];
