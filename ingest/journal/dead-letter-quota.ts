import type { DatabaseSync } from 'node:sqlite';

/** Two groups with a limit each, so that dead letters which raise no alarm never displace those that raise one. */
export type Room = 'alarm' | 'telemetry';

/** Most dead letters of a group, of all senders together. */
export interface RoomLimits {
  letters: number;
  bytes: number;
}

/** Most dead letters removed for one addition: where a limit was lowered, the group shrinks step by step. */
const maxRemovedAtOnce = 64;

/**
 * Keeps a group within its limits. Settled dead letters are removed first, then the one longest not seen of the sender
 * with the most. So a sender that fills the group displaces its own dead letters, never those of a sender with fewer.
 *
 * @returns Called after an addition, in its transaction: how many dead letters were removed.
 */
export function createDeadLetterQuota(db: DatabaseSync, limits: RoomLimits): (room: Room) => number {
  const held = db.prepare(
    'SELECT total(letters) AS letters, total(bytes) AS bytes FROM dead_letter_share WHERE room = ?',
  );
  // The newest number always stays, so that none is given twice.
  const older = 'id < (SELECT max(id) FROM dead_letter)';
  const removeSettled = db.prepare(
    `DELETE FROM dead_letter WHERE id = (
       SELECT id FROM dead_letter WHERE room = ? AND settled_at IS NOT NULL AND ${older}
       ORDER BY last_seen, id LIMIT 1)`,
  );
  const removeOf = (measure: keyof RoomLimits) =>
    db.prepare(
      `DELETE FROM dead_letter WHERE id = (
         SELECT id FROM dead_letter JOIN (
           SELECT room, community, gateway FROM dead_letter_share WHERE room = ? ORDER BY ${measure} DESC LIMIT 1)
           USING (room, community, gateway)
         WHERE ${older} ORDER BY last_seen, id LIMIT 1)`,
    );
  const removeFromMost = { letters: removeOf('letters'), bytes: removeOf('bytes') };

  const removeOne = (room: Room): boolean => {
    const { letters, bytes } = held.get(room) as unknown as RoomLimits;
    if (letters > limits.letters) {
      return removeSettled.run(room).changes > 0 || removeFromMost.letters.run(room).changes > 0;
    }
    return bytes > limits.bytes && removeFromMost.bytes.run(room).changes > 0;
  };
  return (room) => {
    let removed = 0;
    while (removed < maxRemovedAtOnce && removeOne(room)) removed += 1;
    return removed;
  };
}
