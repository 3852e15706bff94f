import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** What an entry's hash covers, in this order: it is on disk for good, so neither the names nor the order may change. */
const hashed = [
  'at',
  'person',
  'login',
  'community',
  'address',
  'action',
  'object',
  'request',
  'outcome',
  'place',
] as const;

/** What an audit entry says; a column that is not filled is null. */
export type HashedEntry = Record<(typeof hashed)[number], string | number | null>;

/** An entry as it is kept: `hash` covers what it says and the hash of the entry before it. */
export type ChainedEntry = HashedEntry & { id: number; hash: string };

/** Stands for the hash of the entry before the first. */
export const chainStart = '0'.repeat(64);

/** SHA-256 in hex over the hash of the entry before and what this entry says. */
export function hashOfEntry(previous: string, entry: HashedEntry): string {
  const content = JSON.stringify([previous, ...hashed.map((column) => entry[column])]);
  return createHash('sha256').update(content).digest('hex');
}

/** Entries read at once. */
const pageRows = 1000;

/** Gives each entry of a log that had no chain its hash, oldest first; a step of the migrations. */
export function chainEntries(db: DatabaseSync): void {
  const read = db.prepare('SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?');
  const write = db.prepare('UPDATE audit SET hash = ? WHERE id = ?');
  let previous = { id: 0, hash: chainStart };
  for (;;) {
    const rows = read.all(previous.id, pageRows) as unknown as ChainedEntry[];
    for (const row of rows) {
      previous = { id: row.id, hash: hashOfEntry(previous.hash, row) };
      write.run(previous.hash, row.id);
    }
    if (rows.length < pageRows) return;
  }
}

/** One entry of the chain, which somebody noted outside of the machine. */
export interface ChainLink {
  id: number;
  hash: string;
}

/** What a check of the chain found: `newest` is the last entry that is as it was written. */
export type ChainCheck = { newest: ChainLink; broken?: { id: number; why: 'changed' | 'missing' | 'other' } };

/**
 * Follows the chain from the first entry and stops at the first that is broken: `changed`, where the entry or the order
 * is not what was written; `missing`, where it is not there; `other`, where the chain is whole and not the one noted.
 *
 * @param options.highestId The highest id that was ever given: entries after the last were removed where it is higher.
 * @param options.noted An entry that was noted before; who can rewrite the whole file cannot give it the same hash.
 */
export async function checkChain(
  readAfter: (id: number, limit: number) => Promise<readonly ChainedEntry[]>,
  { highestId, noted }: { highestId: number; noted?: ChainLink },
): Promise<ChainCheck> {
  let newest: ChainLink = { id: 0, hash: chainStart };
  for (;;) {
    const rows = await readAfter(newest.id, pageRows);
    for (const row of rows) {
      // Ids rise by one: an entry that is not written gives its id back.
      if (row.id !== newest.id + 1) return { newest, broken: { id: newest.id + 1, why: 'missing' } };
      if (row.hash !== hashOfEntry(newest.hash, row))
        return { newest, broken: { id: row.id, why: 'changed' } };
      newest = { id: row.id, hash: row.hash };
      if (noted?.id === newest.id && noted.hash !== newest.hash) {
        return { newest, broken: { id: row.id, why: 'other' } };
      }
    }
    if (rows.length < pageRows) break;
  }
  const expected = Math.max(highestId, noted?.id ?? 0);
  return newest.id < expected ? { newest, broken: { id: newest.id + 1, why: 'missing' } } : { newest };
}
