import type { Migrations } from '#runtime/migrations.ts';

/** Tables of telemetry in store.db, where SQLite is the engine. Times in epoch ms; booleans 0 or 1. */
export const sqliteStoreMigrations: Migrations = [
  `
CREATE TABLE reading (
  device TEXT NOT NULL, quantity TEXT NOT NULL, at REAL NOT NULL, position INTEGER NOT NULL,
  part INTEGER NOT NULL, community TEXT NOT NULL, value REAL NOT NULL, unit TEXT NOT NULL,
  plausible INTEGER NOT NULL, late INTEGER NOT NULL,
  PRIMARY KEY (device, quantity, at, position, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE location (
  device TEXT NOT NULL, at REAL NOT NULL, position INTEGER NOT NULL, community TEXT NOT NULL,
  latitude REAL NOT NULL, longitude REAL NOT NULL, accuracy_m REAL, source TEXT NOT NULL,
  late INTEGER NOT NULL,
  PRIMARY KEY (device, at, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  device TEXT NOT NULL, at REAL NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
  community TEXT NOT NULL, active INTEGER NOT NULL, late INTEGER NOT NULL, level TEXT, code TEXT,
  means TEXT,
  PRIMARY KEY (device, at, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_time ON event (at, position);
CREATE TABLE gap (
  community TEXT NOT NULL, gateway TEXT NOT NULL, at REAL NOT NULL, position INTEGER NOT NULL,
  lane TEXT NOT NULL, from_sequence INTEGER NOT NULL, to_sequence INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (community, gateway, at, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident (
  community TEXT NOT NULL, at REAL NOT NULL, position INTEGER NOT NULL, incident TEXT NOT NULL,
  change INTEGER NOT NULL, transition TEXT NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL,
  drill INTEGER NOT NULL, outcome TEXT,
  PRIMARY KEY (community, at, position)
) STRICT, WITHOUT ROWID;
`,
  `
CREATE TABLE series (
  device TEXT NOT NULL, quantity TEXT NOT NULL, community TEXT NOT NULL, PRIMARY KEY (device, quantity)
) STRICT, WITHOUT ROWID;
INSERT INTO series SELECT device, quantity, min(community) FROM reading GROUP BY device, quantity;
CREATE TABLE summary (
  device TEXT NOT NULL, quantity TEXT NOT NULL, tier INTEGER NOT NULL, at INTEGER NOT NULL,
  community TEXT NOT NULL, total REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (device, quantity, tier, at)
) STRICT, WITHOUT ROWID;
`,
  `
ALTER TABLE incident ADD COLUMN building TEXT;
ALTER TABLE incident ADD COLUMN response_ms INTEGER;
CREATE TABLE gateway (
  community TEXT NOT NULL, gateway TEXT NOT NULL, at REAL NOT NULL, position INTEGER NOT NULL,
  status TEXT NOT NULL, heartbeat_ms INTEGER, alarm_held INTEGER, telemetry_held INTEGER,
  clock TEXT, clock_offset_ms REAL, counters TEXT NOT NULL,
  PRIMARY KEY (community, gateway, at, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE metric (
  process TEXT NOT NULL, name TEXT NOT NULL, labels TEXT NOT NULL, at REAL NOT NULL,
  position INTEGER NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (process, name, labels, at, position)
) STRICT, WITHOUT ROWID;
`,
  `
ALTER TABLE event ADD COLUMN possible_repeat INTEGER NOT NULL DEFAULT 0;
`,
  `
ALTER TABLE event ADD COLUMN said_by_other INTEGER NOT NULL DEFAULT 0;
`,
  // A device's id is unique in its community alone. Rows with a journal position in their key cannot meet another
  // community's, so that the large tables stand as they are; who reads them says the community.
  `
CREATE TABLE new_series (
  community TEXT NOT NULL, device TEXT NOT NULL, quantity TEXT NOT NULL, PRIMARY KEY (community, device, quantity)
) STRICT, WITHOUT ROWID;
INSERT INTO new_series (community, device, quantity) SELECT community, device, quantity FROM series;
DROP TABLE series;
ALTER TABLE new_series RENAME TO series;
CREATE TABLE new_summary (
  community TEXT NOT NULL, device TEXT NOT NULL, quantity TEXT NOT NULL, tier INTEGER NOT NULL, at INTEGER NOT NULL,
  total REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (community, device, quantity, tier, at)
) STRICT, WITHOUT ROWID;
INSERT INTO new_summary (community, device, quantity, tier, at, total, minimum, maximum, count)
  SELECT community, device, quantity, tier, at, total, minimum, maximum, count FROM summary;
DROP TABLE summary;
ALTER TABLE new_summary RENAME TO summary;
`,
];
