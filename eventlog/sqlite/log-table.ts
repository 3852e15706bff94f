/**
 * SQL that makes the table of a log, for the migrations of its file. `last` is the key, because a
 * reader that stopped inside an entry finds it again by `last > position`.
 */
export function createLogTable(table: string): string {
  return `
CREATE TABLE ${table} (
  last INTEGER PRIMARY KEY,
  records INTEGER NOT NULL,
  at INTEGER NOT NULL,
  head TEXT NOT NULL,
  body BLOB,
  redacted TEXT
) STRICT;
`;
}

/** Columns in the order in which `toLogEntry` reads them. */
export const logColumns = 'last, records, at, head, body, redacted';
