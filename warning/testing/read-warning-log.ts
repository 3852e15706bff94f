import { logNames } from '#contracts/facts/logs.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { openLogWriter } from '#eventlog/sqlite/sqlite-log.ts';
import { openSqlite } from '#runtime/sqlite.ts';

import { toTransition } from '../warning-readers.ts';

/** Transitions of a warning.db after a sequence, at once, whether or not its writer is running. */
export function readWarningLog(file: string, after = 0, limit = 1_000_000): WarningTransition[] {
  const db = openSqlite(file, { readOnly: true });
  try {
    return openLogWriter(db, logNames.warnings)
      .slice(after, Number.MAX_SAFE_INTEGER, limit)
      .map(toTransition);
  } finally {
    db.close();
  }
}
