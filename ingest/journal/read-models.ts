import type { DatabaseSync } from 'node:sqlite';
import { type EventKind, gateKinds } from '#contracts/facts/event-kinds.ts';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import type { GateEvent } from '#contracts/socket-events.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';

/** What the live list of gates shows. */
const shown = new Set<EventKind>(gateKinds);

/** What others ask of the journal, kept in tables of its own, in the transaction of what it is about. */
export interface ReadModels {
  add(record: RecordEntry, position: number, receivedAt: number): void;
  remove(position: number): void;
  /** Removes what the journal keeps no longer: up to a position, and received before a time. */
  trim(position: number, before: number): void;
}

/** Opens the read models of journal.db for writing. */
export function openReadModels(db: DatabaseSync): ReadModels {
  const addPassage = db.prepare(
    `INSERT INTO gate_passage
       (position, community, received_at, device, kind, active, captured_at, late, means, code)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addResult = db.prepare(
    `INSERT INTO command_result (position, received_at, community, gateway, device, command, result, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const tables = ['gate_passage', 'command_result'];
  const removals = tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE position = ?`));
  const trims = tables.map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE position <= ? AND received_at < ?`),
  );
  return {
    add: ({ community, gateway, device, capturedAt, late, saidByOther, body }, position, receivedAt) => {
      if (body.type === 'event' && !saidByOther && shown.has(body.kind)) {
        const { kind, active = true, credential, code = null } = body;
        const what = [device, kind, Number(active), capturedAt, Number(late)] as const;
        addPassage.run(position, community, receivedAt, ...what, credential?.means ?? null, code);
      } else if (body.type === 'command-result') {
        const { command, result, reason = null } = body;
        addResult.run(position, receivedAt, community, gateway, device, command, result, reason);
      }
    },
    remove: (position) => {
      for (const removal of removals) removal.run(position);
    },
    trim: (position, before) => {
      for (const trim of trims) trim.run(position, before);
    },
  };
}

/** Follows what happens at the gates of a community, by journal position. */
export interface GateEventReader {
  /** The newest `limit` events, oldest first. */
  latest(community: string, limit: number): GateEvent[];
  /** Events after `position`, oldest first, at most `limit`. */
  after(community: string, position: number, limit: number): GateEvent[];
  close(): void;
}

/**
 * Opens what happened at the gates, in journal.db.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED`, or SQLite's error where there is no file yet.
 */
export function openGateEventReader(file: string): GateEventReader {
  const db = openMigrated(file);
  const passages = 'SELECT * FROM gate_passage WHERE community = ?';
  const latest = db.prepare(`${passages} ORDER BY position DESC LIMIT ?`);
  const after = db.prepare(`${passages} AND position > ? ORDER BY position LIMIT ?`);
  return {
    latest: (community, limit) => latest.all(community, limit).map(gateEventOf).reverse(),
    after: (community, position, limit) => after.all(community, position, limit).map(gateEventOf),
    close: () => db.close(),
  };
}

function gateEventOf(row: Record<string, unknown>): GateEvent {
  return {
    position: Number(row.position),
    device: String(row.device),
    kind: row.kind as GateEvent['kind'],
    active: row.active === 1,
    capturedAt: Number(row.captured_at),
    receivedAt: Number(row.received_at),
    late: row.late === 1,
    ...(row.means !== null && { means: row.means as NonNullable<GateEvent['means']> }),
    ...(row.code !== null && { code: String(row.code) }),
  };
}

/** What a gateway said became of a command. */
export interface JournalledResult {
  /** Journal position. */
  position: number;
  community: string;
  gateway: string;
  /** Device id of the registry. */
  device: string;
  command: string;
  result: CommandResult['result'];
  reason?: string;
}

/** Follows the results of commands by journal position. */
export interface CommandResultReader {
  /** Results after `position`, oldest first, at most `limit`. */
  after(position: number, limit: number): JournalledResult[];
  close(): void;
}

/**
 * Opens the results of commands, in journal.db.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED`, or SQLite's error where there is no file yet.
 */
export function openCommandResultReader(file: string): CommandResultReader {
  const db = openMigrated(file);
  const after = db.prepare('SELECT * FROM command_result WHERE position > ? ORDER BY position LIMIT ?');
  return {
    after: (position, limit) => after.all(position, limit).map(resultOf),
    close: () => db.close(),
  };
}

function resultOf(row: Record<string, unknown>): JournalledResult {
  return {
    position: Number(row.position),
    community: String(row.community),
    gateway: String(row.gateway),
    device: String(row.device),
    command: String(row.command),
    result: row.result as CommandResult['result'],
    ...(row.reason !== null && { reason: String(row.reason) }),
  };
}

function openMigrated(file: string): DatabaseSync {
  const db = openSqlite(file, { readOnly: true });
  try {
    requireMigrated(db, 'journal', journalMigrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
