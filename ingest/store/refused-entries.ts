import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { RefusedEntry } from './telemetry-store.ts';

/** Refused entries kept; beyond, the oldest go and are counted alone. */
export const maxRefused = 10_000;

/** Entries that were refused for one cause in one measurement. */
export interface RefusedGroup {
  cause: string;
  measurement: string;
}

/** What the engine does not take at present, in store.db beside the writer's cursor. */
export interface RefusedEntries {
  /** Takes over what came of writing entries: those refused are kept, all others are no longer refused. */
  settle(written: readonly JournalEntry[], refused: readonly RefusedEntry[], at: number): void;
  /** The journal is about to be written again from this position on, so what was only counted is reported again. */
  startOver(from: number): void;
  /** How many are refused, kept or only counted. */
  count(): number;
  groups(): RefusedGroup[];
  /** Kept entries of a group behind a position, oldest first. */
  entriesOf(group: RefusedGroup, after: number, limit: number): JournalEntry[];
  /** Lets go of all of them; answers how many these were. */
  drop(): number;
}

/** Opens what is refused in store.db. */
export function openRefusedEntries(db: DatabaseSync): RefusedEntries {
  const insert = db.prepare(
    `INSERT OR REPLACE INTO refused (position, reason, entry, refused_at, cause, measurement)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const between = db.prepare('SELECT position FROM refused WHERE position BETWEEN ? AND ?');
  const remove = db.prepare('DELETE FROM refused WHERE position = ?');
  const oldestKept = db.prepare('SELECT position FROM refused ORDER BY position DESC LIMIT 1 OFFSET ?');
  const tally = db.prepare(
    `INSERT INTO refused_beyond (cause, measurement, community, first_position, entries)
     SELECT cause, measurement, coalesce(entry ->> '$.community', ''), min(position), count(*)
     FROM refused WHERE position <= ? GROUP BY 1, 2, 3
     ON CONFLICT (cause, measurement, community) DO UPDATE SET
       entries = entries + excluded.entries, first_position = min(first_position, excluded.first_position)`,
  );
  const trim = db.prepare('DELETE FROM refused WHERE position <= ?');
  const forget = db.prepare('DELETE FROM refused_beyond WHERE first_position >= ?');
  const count = db.prepare(
    'SELECT (SELECT count(*) FROM refused) + (SELECT coalesce(sum(entries), 0) FROM refused_beyond) AS refused',
  );
  const groups = db.prepare('SELECT DISTINCT cause, measurement FROM refused ORDER BY cause, measurement');
  const ofGroup = db.prepare(
    'SELECT entry FROM refused WHERE cause = ? AND measurement = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const readCount = () => Number(count.get()?.refused);
  return {
    settle: (written, refused, at) => {
      const [first, last] = [written[0], written.at(-1)];
      if (first && last) {
        const positions = new Set(written.map(({ position }) => position));
        for (const { position } of between.all(first.position, last.position)) {
          if (positions.has(Number(position))) remove.run(Number(position));
        }
      }
      for (const { entry, reason, cause, measurement } of refused) {
        insert.run(entry.position, reason.slice(0, 500), JSON.stringify(entry), at, cause, measurement);
      }
      const beyond = refused.length > 0 ? oldestKept.get(maxRefused)?.position : undefined;
      if (beyond === undefined) return;
      tally.run(Number(beyond));
      trim.run(Number(beyond));
    },
    startOver: (from) => void forget.run(from),
    count: readCount,
    groups: () =>
      groups
        .all()
        .map(({ cause, measurement }) => ({ cause: String(cause), measurement: String(measurement) })),
    entriesOf: ({ cause, measurement }, after, limit) =>
      ofGroup
        .all(cause, measurement, after, limit)
        .map(({ entry }) => JSON.parse(String(entry)) as JournalEntry),
    drop: () => {
      const dropped = readCount();
      db.exec('DELETE FROM refused; DELETE FROM refused_beyond');
      return dropped;
    },
  };
}
