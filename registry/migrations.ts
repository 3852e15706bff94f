import type { Migrations } from '#runtime/migrations.ts';

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

// Set by the file itself, so that no way of giving a device to somebody else can forget it.
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

/**
 * Ids become unique within a community: every key begins with it. A table is made anew, filled and put in the place of
 * the old one. Before, a second plan with the same ids took over what the first had: where a reference leads into another
 * community since, it is emptied, and a consent between two communities, which opened nothing, goes.
 */
const apart = `
CREATE TABLE new_grid (
  community TEXT NOT NULL REFERENCES community, id TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (community, id)
) STRICT;
INSERT INTO new_grid (community, id, name) SELECT community, id, name FROM grid;
CREATE TABLE new_building (
  community TEXT NOT NULL REFERENCES community, id TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (community, id)
) STRICT;
INSERT INTO new_building (community, id, name) SELECT community, id, name FROM building;
CREATE TABLE new_unit (
  community TEXT NOT NULL, id TEXT NOT NULL, building TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (community, id), FOREIGN KEY (community, building) REFERENCES building
) STRICT;
INSERT INTO new_unit (community, id, building, name)
  SELECT up.community, own.id, own.building, own.name FROM unit own JOIN new_building up ON up.id = own.building;
CREATE TABLE new_floor (
  community TEXT NOT NULL, id TEXT NOT NULL, unit TEXT NOT NULL,
  name TEXT NOT NULL, ordinal INTEGER NOT NULL,
  PRIMARY KEY (community, id), FOREIGN KEY (community, unit) REFERENCES unit
) STRICT;
INSERT INTO new_floor (community, id, unit, name, ordinal)
  SELECT up.community, own.id, own.unit, own.name, own.ordinal FROM floor own JOIN new_unit up ON up.id = own.unit;
CREATE TABLE new_dwelling (
  community TEXT NOT NULL, id TEXT NOT NULL, floor TEXT NOT NULL, grid TEXT, door TEXT NOT NULL,
  PRIMARY KEY (community, id), FOREIGN KEY (community, floor) REFERENCES floor,
  FOREIGN KEY (community, grid) REFERENCES grid
) STRICT;
INSERT INTO new_dwelling (community, id, floor, grid, door)
  SELECT up.community, own.id, own.floor,
    (SELECT id FROM grid WHERE id = own.grid AND community = up.community), own.door
  FROM dwelling own JOIN new_floor up ON up.id = own.floor;
CREATE TABLE new_resident (
  community TEXT NOT NULL, id TEXT NOT NULL, dwelling TEXT NOT NULL,
  name TEXT, lives_alone INTEGER NOT NULL DEFAULT 0,
  inactivity_ms INTEGER, away_from INTEGER, away_until INTEGER, arrival_note TEXT,
  PRIMARY KEY (community, id), FOREIGN KEY (community, dwelling) REFERENCES dwelling
) STRICT;
INSERT INTO new_resident
    (community, id, dwelling, name, lives_alone, inactivity_ms, away_from, away_until, arrival_note)
  SELECT up.community, own.id, own.dwelling, own.name, own.lives_alone, own.inactivity_ms, own.away_from,
    own.away_until, own.arrival_note
  FROM resident own JOIN new_dwelling up ON up.id = own.dwelling;
CREATE TABLE new_device (
  community TEXT NOT NULL REFERENCES community, id TEXT NOT NULL,
  gateway TEXT NOT NULL, address TEXT NOT NULL, class TEXT NOT NULL, model TEXT,
  name TEXT NOT NULL, building TEXT, unit TEXT, dwelling TEXT, resident TEXT,
  stale_after_ms INTEGER, resident_since INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (community, id), UNIQUE (community, address),
  FOREIGN KEY (community, gateway) REFERENCES gateway,
  FOREIGN KEY (community, building) REFERENCES building,
  FOREIGN KEY (community, unit) REFERENCES unit,
  FOREIGN KEY (community, dwelling) REFERENCES dwelling,
  FOREIGN KEY (community, resident) REFERENCES resident
) STRICT;
INSERT INTO new_device
    (community, id, gateway, address, class, model, name, building, unit, dwelling, resident, stale_after_ms,
     resident_since)
  SELECT own.community, own.id, own.gateway, own.address, own.class, own.model, own.name,
    (SELECT id FROM new_building WHERE community = own.community AND id = own.building),
    (SELECT id FROM new_unit WHERE community = own.community AND id = own.unit),
    (SELECT id FROM new_dwelling WHERE community = own.community AND id = own.dwelling),
    (SELECT id FROM new_resident WHERE community = own.community AND id = own.resident),
    own.stale_after_ms, own.resident_since
  FROM device own;
CREATE TABLE new_person (
  community TEXT NOT NULL REFERENCES community, id TEXT NOT NULL,
  name TEXT NOT NULL, phone TEXT, enabled INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (community, id)
) STRICT;
INSERT INTO new_person (community, id, name, phone, enabled)
  SELECT community, id, name, phone, enabled FROM person;
CREATE TABLE new_person_right (
  community TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, scope TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (community, person, role, scope), FOREIGN KEY (community, person) REFERENCES person
) STRICT;
INSERT INTO new_person_right (community, person, role, scope)
  SELECT up.community, own.person, own.role, own.scope
  FROM person_right own JOIN new_person up ON up.id = own.person;
CREATE TABLE new_consent (
  community TEXT NOT NULL, resident TEXT NOT NULL, person TEXT NOT NULL, classes TEXT NOT NULL, called_as TEXT,
  PRIMARY KEY (community, resident, person), FOREIGN KEY (community, resident) REFERENCES resident,
  FOREIGN KEY (community, person) REFERENCES person
) STRICT;
INSERT INTO new_consent (community, resident, person, classes, called_as)
  SELECT up.community, own.resident, own.person, own.classes, own.called_as
  FROM consent own
  JOIN new_person up ON up.id = own.person
  JOIN new_resident elder ON elder.id = own.resident AND elder.community = up.community;
`;

const keyedByCommunity = [
  'grid',
  'building',
  'unit',
  'floor',
  'dwelling',
  'resident',
  'device',
  'person',
  'person_right',
  'consent',
];

/** A reference is looked up from the row it names, too: without these, taking a row out reads a whole table. */
const references = [
  'unit (community, building)',
  'floor (community, unit)',
  'dwelling (community, floor)',
  'dwelling (community, grid)',
  'resident (community, dwelling)',
  'device (community, gateway)',
  'device (community, building)',
  'device (community, unit)',
  'device (community, dwelling)',
  'device (community, resident)',
  'consent (community, person)',
].map((of) => `CREATE INDEX ${of.replaceAll(/[^a-z]+/g, '_').slice(0, -1)} ON ${of};`);

const wearersInCommunity = `
CREATE TRIGGER device_resident AFTER UPDATE OF resident ON device WHEN OLD.resident IS NOT NEW.resident
BEGIN
  UPDATE device SET resident_since = CAST(unixepoch('subsec') * 1000 AS INTEGER)
  WHERE community = NEW.community AND id = NEW.id;
END;
`;

/** What a reader looks up anew when a row of a table changed: the part, and its id within the community. */
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
/** Changes remembered; a reader that is further behind reads all. */
const changesKept = 50_000;

/** Says, in the order of the changes, what changed since a reader last looked. */
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

/** The registry's tables; every change to them lifts the revision by which readers notice. */
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
];
