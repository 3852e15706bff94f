import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { LogEntry, LogReader, LogWriter, NewLogEntry } from '../event-log.ts';
import { logColumns } from './log-table.ts';

/** A row as SQLite gives it, in the order of `logColumns`. */
type Row = [
  last: number,
  records: number,
  at: number,
  head: string,
  body: Uint8Array | null,
  redacted: string | null,
];

/** Opens a log's table for reading. @param db The caller opens and closes it. */
export function openLogReader(db: DatabaseSync, table: string): LogReader {
  const after = db.prepare(`SELECT ${logColumns} FROM ${table} WHERE last > ? ORDER BY last`);
  after.setReturnArrays(true);
  const newest = db.prepare(`SELECT max(last) AS last FROM ${table}`);
  const from = db.prepare(`SELECT last, at FROM ${table} WHERE last >= ? ORDER BY last LIMIT 1`);
  const newestPosition = () => Number(newest.get()?.last ?? 0);
  return {
    read: async (position, records) => {
      const entries: LogEntry[] = [];
      let held = 0;
      for (const row of after.iterate(position) as unknown as Iterable<Row>) {
        const entry = toLogEntry(row);
        entries.push(entry);
        held += entry.last - Math.max(position, entry.first - 1);
        if (held >= records) break;
      }
      return entries;
    },
    newest: async () => newestPosition(),
    positionBefore: async (time) => {
      // Time never falls from entry to entry, so halving finds it without an index.
      let [low, high] = [1, newestPosition() + 1];
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const row = from.get(middle);
        if (row && Number(row.at) < time) low = Number(row.last) + 1;
        else high = middle;
      }
      return low - 1;
    },
  };
}

/**
 * Opens a log's table for writing.
 *
 * @param db Its one writing connection; the caller begins and ends transactions on it.
 * @param floor Positions up to here are never given, as a reader has read them: of a log that is an older copy now.
 */
export function openLogWriter(db: DatabaseSync, table: string, floor = 0): LogWriter {
  const newest = db.prepare(`SELECT last, at FROM ${table} ORDER BY last DESC LIMIT 1`);
  const insert = db.prepare(
    `INSERT INTO ${table} (last, records, at, head, body)
     VALUES (max(coalesce((SELECT max(last) FROM ${table}), 0), :floor) + :records, :records,
       max(:at, coalesce((SELECT at FROM ${table} ORDER BY last DESC LIMIT 1), 0)), :head, :body)
     RETURNING last`,
  );
  const trim = db.prepare(
    `DELETE FROM ${table} WHERE last IN (
       SELECT last FROM (SELECT last, at FROM ${table} WHERE last <= ? AND last < (SELECT max(last) FROM ${table})
         ORDER BY last LIMIT ?)
       WHERE at < ?)`,
  );
  const remove = db.prepare(
    `DELETE FROM ${table} WHERE last = ? AND last < (SELECT max(last) FROM ${table})`,
  );
  const between = db.prepare(
    `SELECT ${logColumns} FROM ${table} WHERE last > ? AND last <= ? ORDER BY last LIMIT ?`,
  );
  between.setReturnArrays(true);
  const rewriteRow = db.prepare(`UPDATE ${table} SET head = ?, body = ?, redacted = ? WHERE last = ?`);
  const slice: LogWriter['slice'] = (after, until, limit) =>
    (between.all(after, until, limit) as unknown as Row[]).map(toLogEntry);

  return {
    newest: () => Math.max(Number(newest.get()?.last ?? 0), floor),
    newestAt: () => Number(newest.get()?.at ?? 0),
    append: ({ head, body, records = 1 }: NewLogEntry, at) => {
      const last = Number(insert.get({ floor, records, at, head, body: body ?? null })?.last);
      return { first: last - records + 1, last };
    },
    trim: (position, before, limit) => Number(trim.run(position, limit, before).changes),
    remove: (last) => remove.run(last).changes === 1,
    slice,
    redact: ({ after, until, limit }, rewrite) => {
      let last = after;
      let entries = 0;
      for (const entry of slice(after, until, limit)) {
        last = entry.last;
        const left = rewrite(entry);
        if (!left) continue;
        rewriteRow.run(left.head, left.body ?? null, hashOf(entry), entry.last);
        entries += 1;
      }
      return { last, entries };
    },
  };
}

function toLogEntry([last, records, at, head, body, redacted]: Row): LogEntry {
  const entry: LogEntry = { first: last - records + 1, last, at, head };
  if (body !== null) entry.body = body;
  if (redacted !== null) entry.redacted = redacted;
  return entry;
}

/** An entry that was redacted before is hashed with the hash of what it was then. */
function hashOf({ head, body, redacted }: LogEntry): string {
  const hash = createHash('sha256').update(redacted ?? '');
  hash.update(head).update('\0');
  if (body) hash.update(body);
  return hash.digest('hex');
}
