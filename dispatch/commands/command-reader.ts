import type { CommandReader, CommandView } from '#contracts/command.ts';
import { type CommandRow, openIncidentTablesToRead } from '../storage/tables.ts';

/** An open reader of the commands in `incidents.db`. */
export interface OpenCommandReader extends CommandReader {
  close(): Promise<void>;
}

/**
 * Opens `incidents.db` for reading commands, on a connection of its own.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED` where the file is of another version.
 */
export function openCommandReader(file: string): OpenCommandReader {
  const db = openIncidentTablesToRead(file);
  return {
    latest: async (community, limit) => {
      const rows = await db
        .selectFrom('command')
        .selectAll()
        .where('community', '=', community)
        .orderBy('issued_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(viewOf);
    },
    close: () => db.destroy(),
  };
}

function viewOf(row: CommandRow): CommandView {
  return {
    id: row.id,
    community: row.community,
    device: row.device,
    action: row.action,
    actor: row.actor,
    actorName: row.actor_name,
    reason: row.reason,
    state: row.state,
    ...(row.because !== null && { because: row.because }),
    issuedAt: row.issued_at,
    changedAt: row.changed_at,
    version: row.version,
  };
}
