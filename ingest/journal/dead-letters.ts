import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type DeadLetter, maxKeptPayloadBytes, raiseAgainAfterMs } from './dead-letter.ts';

/** The dead letters of journal.db, at most a given number; written in the journal's transaction. */
export interface DeadLetters {
  /**
   * Sets a letter aside; an identical payload of the same gateway and lane only counts up.
   *
   * @param raises The letter asks for an "unreadable alarm".
   * @returns The payload's SHA-256 in hexadecimal digits, and whether the alarm is due: once in 24 h.
   */
  add(letter: DeadLetter, raises: boolean, at: number): { hash: string; due: boolean };
  readonly count: number;
  /** Letters that made room for newer ones since the start. */
  readonly dropped: number;
}

/** Opens the dead letters of journal.db. */
export function openDeadLetters(db: DatabaseSync, limit: number): DeadLetters {
  const find = db.prepare(
    'SELECT id, raised_at FROM dead_letter WHERE community = ? AND gateway = ? AND lane = ? AND hash = ?',
  );
  const repeat = db.prepare(
    'UPDATE dead_letter SET count = count + 1, last_seen = ?, raised_at = coalesce(?, raised_at) WHERE id = ?',
  );
  const insert = db.prepare(
    `INSERT INTO dead_letter (hash, community, gateway, lane, reason, path, expected, epoch, sequence,
       payload, payload_bytes, count, first_seen, last_seen, raised_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
  );
  const counted = db.prepare('SELECT count(*) AS count FROM dead_letter');
  const removeOldest = db.prepare(
    'DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter ORDER BY last_seen, id LIMIT ?)',
  );
  // Counting again where a transaction may have been rolled back is cheaper than tracking it.
  const count = () => Number(counted.get()?.count);
  let dropped = 0;

  return {
    add: (letter, raises, at) => {
      const hash = createHash('sha256').update(letter.payload).digest('hex');
      const { community, gateway, lane } = letter;
      const known = find.get(community, gateway, lane, hash);
      const due = raises && at - Number(known?.raised_at ?? Number.NEGATIVE_INFINITY) >= raiseAgainAfterMs;
      if (known) {
        repeat.run(at, due ? at : null, Number(known.id));
        return { hash, due };
      }
      insert.run(
        hash,
        community,
        gateway,
        lane,
        letter.reason,
        letter.path.slice(0, 300),
        letter.expected.slice(0, 300),
        letter.epoch ?? null,
        letter.sequence ?? null,
        letter.payload.subarray(0, maxKeptPayloadBytes),
        letter.payload.length,
        at,
        at,
        due ? at : null,
      );
      const over = count() - limit;
      if (over > 0) dropped += Number(removeOldest.run(over).changes);
      return { hash, due };
    },
    get count() {
      return count();
    },
    get dropped() {
      return dropped;
    },
  };
}
