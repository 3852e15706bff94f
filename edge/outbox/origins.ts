import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Near, Origin } from '../adapters/adapter.ts';

/** An origin is accepted once in this time; a near is remembered as long. */
export const originWindowMs = 24 * 3_600_000;

/** Most origins kept a lane; beyond it the oldest go, so a repeat of one may be accepted again. */
export const maxOrigins = 100_000;

/** Stands for "no instant": an origin known by its key alone. */
const keyOnly = Number.MIN_SAFE_INTEGER;

const prunedAtOnce = 1000;

/** The origins a lane has accepted, in the lane's own file and so in its transactions. */
export interface Origins {
  isKnown(device: string, origin: Origin, now: number): boolean;
  /** True where one of the same key was accepted close by in time. */
  isNear(device: string, near: Near, now: number): boolean;
  remember(device: string, origin: Origin | Near, now: number): void;
  /** What has this key is over: the next one of it, as origin or near, is another. */
  forget(device: string, key: string): void;
  /** Lets go of some that are out of their time or beyond `maxOrigins`; call now and then. */
  prune(now: number): void;
}

/** Reads and writes origins of an open lane file. Times are epoch ms. */
export function createOrigins(db: DatabaseSync): Origins {
  // A clock that was set back leaves instants in the future; those count as long as those in the past.
  const findTaken: StatementSync = db.prepare(
    `SELECT 1 FROM origin WHERE device = ? AND key = ? AND instant BETWEEN ? AND ?
     AND taken_at BETWEEN ? AND ? LIMIT 1`,
  );
  const insert = db.prepare(
    `INSERT INTO origin (device, key, instant, taken_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET taken_at = excluded.taken_at`,
  );
  const deleteKey = db.prepare('DELETE FROM origin WHERE device = ? AND key = ?');
  const deleteExpired = db.prepare(
    `DELETE FROM origin WHERE (device, key, instant) IN
     (SELECT device, key, instant FROM origin WHERE taken_at < ? ORDER BY taken_at LIMIT ${prunedAtOnce})`,
  );
  const deleteOldest = db.prepare(
    `DELETE FROM origin WHERE (device, key, instant) IN
     (SELECT device, key, instant FROM origin ORDER BY taken_at LIMIT ?)`,
  );
  const isWithin = (
    device: string,
    key: string,
    { from, to, now }: { from: number; to: number; now: number },
  ) => Boolean(findTaken.get(device, key, from, to, now - originWindowMs, now + originWindowMs));
  let count = Number(db.prepare('SELECT count(*) AS n FROM origin').get()?.n ?? 0);
  return {
    isKnown: (device, { key, at = keyOnly }, now) => isWithin(device, key, { from: at, to: at, now }),
    isNear: (device, { key, at, withinMs }, now) =>
      isWithin(device, nearKey(key), { from: at - withinMs, to: at + withinMs, now }),
    remember: (device, identity, now) => {
      const key = 'withinMs' in identity ? nearKey(identity.key) : identity.key;
      insert.run(device, key, identity.at ?? keyOnly, now);
      count += 1;
    },
    forget: (device, key) => {
      for (const each of [key, nearKey(key)]) count -= Number(deleteKey.run(device, each).changes);
    },
    prune: (now) => {
      count -= Number(deleteExpired.run(now - originWindowMs).changes);
      if (count > maxOrigins) count -= Number(deleteOldest.run(count - maxOrigins).changes);
    },
  };
}

/** A key of a near must not be met as an origin. */
function nearKey(key: string): string {
  return `near ${key}`;
}
