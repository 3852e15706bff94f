import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { GateEvent } from '#contracts/socket-events.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { gateKindsSql } from './gate-kinds.ts';
import { journalMigrations } from './migrations.ts';

/** Follows what happens at the gates of a community, by journal position. */
export interface GateEventReader {
  /** The newest `limit` events, oldest first. */
  latest(community: string, limit: number): GateEvent[];
  /** Events after `position`, oldest first, at most `limit`. */
  after(community: string, position: number, limit: number): GateEvent[];
  close(): void;
}

/**
 * Opens journal.db for following the gates; reads cost by gate events, not by the journal's length.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED`, or SQLite's error where there is no file yet.
 */
export function openGateEventReader(file: string): GateEventReader {
  const db = openSqlite(file, { readOnly: true });
  requireMigrated(db, 'journal', journalMigrations);
  const columns = `SELECT position, received_at, entry FROM journal
    WHERE ${gateKindsSql} AND entry ->> '$.community' = ? AND entry ->> '$.saidByOther' IS NULL`;
  const latest = db.prepare(`${columns} ORDER BY position DESC LIMIT ?`);
  const after = db.prepare(`${columns} AND position > ? ORDER BY position LIMIT ?`);
  return {
    latest: (community, limit) => latest.all(community, limit).map(gateEventOf).reverse(),
    after: (community, position, limit) => after.all(community, position, limit).map(gateEventOf),
    close: () => db.close(),
  };
}

function gateEventOf(row: Record<string, unknown>): GateEvent {
  const { device, capturedAt, late, body } = JSON.parse(String(row.entry)) as RecordEntry;
  if (body.type !== 'event') throw new TypeError(`entry ${row.position} is no event`);
  return {
    position: Number(row.position),
    device,
    kind: body.kind,
    active: body.active ?? true,
    capturedAt,
    receivedAt: Number(row.received_at),
    late,
    ...(body.credential && { means: body.credential.means }),
    ...(body.code !== undefined && { code: body.code }),
  };
}
