import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { GatewayTopicName } from '#contracts/topics.ts';
import { type DeadLetter, maxKeptPayloadBytes, raiseAgainAfterMs } from './dead-letter.ts';
import { createDeadLetterQuota, type Room } from './dead-letter-quota.ts';
import { createNamedCallers, type NamedCallers } from './named-callers.ts';

/** A dead letter that is not settled yet, as it was stored. */
export interface OpenDeadLetter extends DeadLetter {
  id: number;
  /** SHA-256 of the payload in hexadecimal digits. */
  hash: string;
  /** False where only the first bytes of the payload were kept. */
  isWhole: boolean;
  /** An `unreadable-alarm` was raised for it. */
  wasRaised: boolean;
  firstSeenAt: number;
}

/** How a dead letter was settled: replayed and accepted, or discarded by a person with a reason. */
export interface Settled {
  as: 'replayed' | 'discarded';
  by: string;
  because?: string;
}

/** The dead letters of journal.db, in two groups with a limit each; written in the journal's transaction. */
export interface DeadLetters {
  /**
   * Stores a dead letter. One that raises an alarm is stored by itself, and only counted where the same gateway sent the
   * same payload on the same lane before. Of the others there is one for each gateway, device and reason, with a count
   * and the newest payload. A settled one is open again when it comes again.
   *
   * @param raises The dead letter raises an `unreadable-alarm`.
   * @returns The dead letter's SHA-256 in hexadecimal digits, and whether the alarm is due: once in 24 h.
   */
  add(deadLetter: DeadLetter, raises: boolean, at: number): { hash: string; due: boolean };
  /** A dead letter of a community by its number: open, how it was settled, or undefined. */
  find(community: string, id: number): OpenDeadLetter | Settled['as'] | undefined;
  /** Numbers of the open dead letters, oldest first, after `after`. */
  open(
    community: string,
    of: { gateway: string; reason: string; address?: string | undefined },
    after: number,
    limit: number,
  ): number[];
  /** Settles a dead letter and deletes its payload. */
  settle(id: number, settled: Settled, at: number): void;
  /** Writes down why a dead letter is rejected now. */
  rejectAgain(id: number, why: Pick<DeadLetter, 'reason' | 'path' | 'expected'>): void;
  readonly callers: NamedCallers;
  /** Open dead letters. */
  readonly count: number;
  /** Dead letters removed for newer ones since the start, by group. */
  readonly dropped: Readonly<Record<Room, number>>;
}

/** Characters kept of where a dead letter differs, and of what was expected there. */
const maxWhyCharacters = 300;

/** Payloads kept of each group where no limit is given, in bytes. */
const defaultRoomBytes = 512 * 2 ** 20;

/**
 * Opens the dead letters of journal.db.
 *
 * @param limit Dead letters kept of each group.
 * @param maxBytes Bytes of payloads kept of each group.
 */
export function openDeadLetters(db: DatabaseSync, limit: number, maxBytes = defaultRoomBytes): DeadLetters {
  const findSame = db.prepare(
    `SELECT id, raised_at, settled_at FROM dead_letter
     WHERE community = ? AND gateway = ? AND lane = ? AND hash = ?`,
  );
  const repeat = db.prepare(
    'UPDATE dead_letter SET count = count + 1, last_seen = ?, raised_at = coalesce(?, raised_at) WHERE id = ?',
  );
  const openAgain = db.prepare(
    `UPDATE dead_letter SET payload = ?, settled_at = NULL, settled_as = NULL, settled_by = NULL,
       settled_because = NULL WHERE id = ?`,
  );
  const becomeNewest = db.prepare(
    'UPDATE dead_letter SET epoch = ?, sequence = ?, payload_bytes = ? WHERE id = ?',
  );
  const explain = db.prepare('UPDATE dead_letter SET reason = ?, path = ?, expected = ? WHERE id = ?');
  const insert = db.prepare(
    `INSERT INTO dead_letter (hash, room, community, gateway, lane, reason, path, expected, epoch, sequence,
       address, kind, payload, payload_bytes, count, first_seen, last_seen, raised_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)`,
  );
  const settle = db.prepare(
    `UPDATE dead_letter SET payload = x'', settled_at = ?, settled_as = ?, settled_by = ?, settled_because = ?
     WHERE id = ?`,
  );
  const find = db.prepare('SELECT * FROM dead_letter WHERE community = ? AND id = ?');
  const open = db.prepare(
    `SELECT id FROM dead_letter WHERE settled_at IS NULL AND community = ? AND id > ? AND gateway = ?
       AND reason = ? AND (? IS NULL OR address = ?) ORDER BY id LIMIT ?`,
  );
  const countedOpen = db.prepare('SELECT count(*) AS count FROM dead_letter WHERE settled_at IS NULL');
  const keepWithin = createDeadLetterQuota(db, { letters: limit, bytes: maxBytes });
  const dropped: Record<Room, number> = { alarm: 0, telemetry: 0 };

  return {
    add: (deadLetter, raises, at) => {
      const room: Room = raises ? 'alarm' : 'telemetry';
      const hash = createHash('sha256')
        .update(raises ? deadLetter.payload : sameOf(deadLetter))
        .digest('hex');
      const { community, gateway, lane, epoch = null, sequence = null, payload } = deadLetter;
      const known = findSame.get(community, gateway, lane, hash);
      const due = raises && at - Number(known?.raised_at ?? Number.NEGATIVE_INFINITY) >= raiseAgainAfterMs;
      const kept = payload.subarray(0, maxKeptPayloadBytes);
      const why = whyOf(deadLetter);
      if (known) {
        const id = Number(known.id);
        repeat.run(at, due ? at : null, id);
        if (!raises) becomeNewest.run(epoch, sequence, payload.length, id);
        if (!raises || known.settled_at !== null) {
          openAgain.run(kept, id);
          explain.run(...why, id);
        }
        return { hash, due };
      }
      const { address = null, kind = null } = deadLetter;
      const read = [epoch, sequence, address, kind] as const;
      const times = [at, at, due ? at : null] as const;
      insert.run(hash, room, community, gateway, lane, ...why, ...read, kept, payload.length, ...times);
      dropped[room] += keepWithin(room);
      return { hash, due };
    },
    callers: createNamedCallers(),
    find: (community, id) => {
      const row = find.get(community, id);
      if (!row) return undefined;
      return row.settled_as === null ? openDeadLetterOf(row) : (row.settled_as as Settled['as']);
    },
    open: (community, { gateway, reason, address = null }, after, most) =>
      open.all(community, after, gateway, reason, address, address, most).map(({ id }) => Number(id)),
    settle: (id, { as, by, because = null }, at) => void settle.run(at, as, by, because, id),
    rejectAgain: (id, why) => void explain.run(...whyOf(why), id),
    get count() {
      return Number(countedOpen.get()?.count);
    },
    get dropped() {
      return dropped;
    },
  };
}

/** What makes two dead letters that raise no alarm the same one. */
function sameOf({ reason, address, kind }: DeadLetter): string {
  return JSON.stringify([reason, address ?? null, kind ?? null]);
}

function whyOf({ reason, path, expected }: Pick<DeadLetter, 'reason' | 'path' | 'expected'>) {
  return [reason, path.slice(0, maxWhyCharacters), expected.slice(0, maxWhyCharacters)] as const;
}

function openDeadLetterOf(row: Record<string, unknown>): OpenDeadLetter {
  const payload = Buffer.from(row.payload as Uint8Array);
  return {
    id: Number(row.id),
    hash: String(row.hash),
    reason: row.reason as DeadLetter['reason'],
    path: String(row.path),
    expected: String(row.expected),
    community: String(row.community),
    gateway: String(row.gateway),
    lane: row.lane as GatewayTopicName,
    ...(row.epoch !== null && { epoch: String(row.epoch), sequence: Number(row.sequence) }),
    payload,
    isWhole: payload.length === Number(row.payload_bytes),
    wasRaised: row.raised_at !== null,
    firstSeenAt: Number(row.first_seen),
  };
}
