import type { DeadLetterReason } from '#contracts/dead-letter.ts';
import type { DeadLetterReader, DeadLetterView } from '#contracts/dead-letters.ts';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';

const columns = `id, gateway, lane, reason, path, expected, address, kind, count, first_seen, last_seen,
  payload_bytes, length(payload) AS kept_bytes`;

/**
 * Opens journal.db for reading the dead letters that wait.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED`, or SQLite's error where there is no file yet.
 */
export function openDeadLetterReader(file: string): DeadLetterReader & { close(): void } {
  const db = openSqlite(file, { readOnly: true });
  requireMigrated(db, 'journal', journalMigrations);
  const open = 'FROM dead_letter WHERE settled_at IS NULL AND community = ?';
  const list = db.prepare(
    `SELECT ${columns} ${open} AND id < ? AND (? IS NULL OR gateway = ?) AND (? IS NULL OR reason = ?)
       AND (? IS NULL OR address = ?) ORDER BY id DESC LIMIT ?`,
  );
  const counts = db.prepare(
    `SELECT gateway, reason, count(*) AS dead_letters ${open} GROUP BY gateway, reason
     ORDER BY gateway, dead_letters DESC, reason`,
  );
  const addresses = db.prepare(
    `SELECT gateway, address, count(*) AS dead_letters ${open} AND address IS NOT NULL GROUP BY gateway, address
     ORDER BY dead_letters DESC, gateway, address LIMIT ?`,
  );
  const find = db.prepare(`SELECT ${columns}, payload ${open} AND id = ?`);
  return {
    list: (community, { gateway = null, reason = null, address = null, before, limit }) => {
      const filters = [gateway, gateway, reason, reason, address, address] as const;
      return list.all(community, before ?? Number.MAX_SAFE_INTEGER, ...filters, limit).map(viewOf);
    },
    counts: (community) =>
      counts.all(community).map((row) => ({
        gateway: String(row.gateway),
        reason: row.reason as DeadLetterReason,
        deadLetters: Number(row.dead_letters),
      })),
    addresses: (community, limit) =>
      addresses.all(community, limit).map((row) => ({
        gateway: String(row.gateway),
        address: String(row.address),
        deadLetters: Number(row.dead_letters),
      })),
    find: (community, id) => {
      const row = find.get(community, id);
      return row && { deadLetter: viewOf(row), payload: row.payload as Uint8Array };
    },
    close: () => db.close(),
  };
}

function viewOf(row: Record<string, unknown>): DeadLetterView {
  return {
    id: Number(row.id),
    gateway: String(row.gateway),
    lane: String(row.lane),
    reason: row.reason as DeadLetterReason,
    path: String(row.path),
    expected: String(row.expected),
    ...(row.address !== null && { address: String(row.address) }),
    ...(row.kind !== null && { kind: row.kind as EventKind }),
    count: Number(row.count),
    firstSeenAt: Number(row.first_seen),
    lastSeenAt: Number(row.last_seen),
    bytes: Number(row.payload_bytes),
    isWhole: row.kept_bytes === row.payload_bytes,
  };
}
