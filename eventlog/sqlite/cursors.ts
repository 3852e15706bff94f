import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#runtime/sqlite.ts';

/** Cursors kept in a file beside what they guard, moved in the same transaction. */
export interface Cursors {
  get(name: string): number;
  set(name: string, position: number): void;
}

/** Opens the `cursor` table of a file; a cursor never set is 0. */
export function openCursors(db: DatabaseSync): Cursors {
  const read = db.prepare('SELECT position FROM cursor WHERE name = ?');
  const write = db.prepare(
    'INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
  );
  return {
    get: (name) => Number(read.get(name)?.position ?? 0),
    set: (name, position) => void write.run(name, position),
  };
}

/** A cursor of a file that another thread writes. @throws where there is no such file or table. */
export function readCursor(file: string, name: string): number {
  const db = openSqlite(file, { readOnly: true });
  try {
    return openCursors(db).get(name);
  } finally {
    db.close();
  }
}
