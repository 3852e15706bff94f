import type { DatabaseSync } from 'node:sqlite';
import type { RefusedEntry } from './telemetry-store.ts';

/** Refused entries kept; beyond, the oldest go. */
export const maxRefused = 10_000;

/** Keeps entries that the engine can never take, at most `maxRefused`; a repeat replaces itself. */
export function createRefusedEntries(db: DatabaseSync): (refused: RefusedEntry[], at: number) => void {
  const insert = db.prepare('INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?)');
  const trim = db.prepare(
    'DELETE FROM refused WHERE position <= (SELECT position FROM refused ORDER BY position DESC LIMIT 1 OFFSET ?)',
  );
  return (refused, at) => {
    for (const { entry, reason } of refused) {
      insert.run(entry.position, reason.slice(0, 500), JSON.stringify(entry), at);
    }
    if (refused.length > 0) trim.run(maxRefused);
  };
}
