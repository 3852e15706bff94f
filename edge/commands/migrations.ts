import type { Migrations } from '#runtime/migrations.ts';

/** Names the tables of `commands.db` for `migrate`. */
export const commandPart = 'edge-commands';

/** Tables of a gateway's `commands.db`, which its agent alone writes. */
export const commandMigrations: Migrations = [
  `
CREATE TABLE command (
  id TEXT PRIMARY KEY, device TEXT NOT NULL, taken_at INTEGER NOT NULL,
  result TEXT CHECK (result IN ('done', 'failed', 'expired', 'unknown')), reason TEXT,
  told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX command_untold ON command (taken_at) WHERE told = 0;
`,
];
