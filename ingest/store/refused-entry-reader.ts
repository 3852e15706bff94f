import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { RefusedEntryReader } from '#contracts/dead-letters.ts';
import { openSqlite } from '#runtime/sqlite.ts';

/**
 * Opens store.db for counting what the engine refused; the file is opened with the first question that finds
 * it, since its writer may start later.
 */
export function openRefusedEntryReader(file: string): RefusedEntryReader & { close(): void } {
  let db: DatabaseSync | undefined;
  return {
    counts: (community, limit) => {
      if (!db && !existsSync(file)) return [];
      db ??= openSqlite(file, { readOnly: true });
      // The writer makes its tables after the file.
      const isMade = db
        .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'refused'")
        .get();
      if (!isMade) return [];
      return db
        .prepare(
          `SELECT reason, count(*) AS entries FROM refused WHERE entry ->> '$.community' = ?
           GROUP BY reason ORDER BY entries DESC, reason LIMIT ?`,
        )
        .all(community, limit)
        .map(({ reason, entries }) => ({ reason: String(reason), entries: Number(entries) }));
    },
    close: () => db?.close(),
  };
}
