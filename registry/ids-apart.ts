/**
 * Makes ids unique within a community: every key begins with the community. Each table is created again, filled, and
 * renamed to the old one's name. Before this, a second plan with the same ids took over rows of the first; a reference
 * that leads into another community since is cleared, and a consent between two communities is deleted.
 */
export const apart = `
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

/** Tables that are created again. */
export const keyedByCommunity = [
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

/** References are also looked up from the row they name: without these indexes, deleting a row scans a table. */
export const references = [
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

/** Since when a device belongs to its resident, set by a trigger. */
export const wearersInCommunity = `
CREATE TRIGGER device_resident AFTER UPDATE OF resident ON device WHEN OLD.resident IS NOT NEW.resident
BEGIN
  UPDATE device SET resident_since = CAST(unixepoch('subsec') * 1000 AS INTEGER)
  WHERE community = NEW.community AND id = NEW.id;
END;
`;
