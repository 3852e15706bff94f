import type { Migrations } from '#runtime/migrations.ts';

/**
 * Tables of one lane's file.
 *
 * A record's position counts through all epochs; its sequence is its position less its epoch's base, so
 * one integer key orders, finds and removes records, and sequences have no holes by construction.
 */
export const laneMigrations: Migrations = [
  `CREATE TABLE epoch (
     base INTEGER PRIMARY KEY,
     epoch TEXT NOT NULL UNIQUE
   ) STRICT;
   CREATE TABLE record (
     position INTEGER PRIMARY KEY,
     captured_at INTEGER NOT NULL,
     captured_monotonic INTEGER NOT NULL,
     synchronized INTEGER NOT NULL,
     gap_from INTEGER,
     content TEXT NOT NULL
   ) STRICT;
   CREATE TABLE origin (
     device TEXT NOT NULL,
     key TEXT NOT NULL,
     instant INTEGER NOT NULL,
     taken_at INTEGER NOT NULL,
     PRIMARY KEY (device, key, instant)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX origin_taken_at ON origin (taken_at);
   CREATE TABLE set_aside (
     epoch TEXT NOT NULL,
     sequence INTEGER NOT NULL,
     set_aside_at INTEGER NOT NULL,
     content TEXT NOT NULL,
     PRIMARY KEY (epoch, sequence)
   ) STRICT;`,
  // Of records from before it, only a synchronized clock tells how long they were held.
  'ALTER TABLE epoch ADD COLUMN boot TEXT',
];
