import type { Command } from '#contracts/command.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { commandMigrations, commandPart } from './migrations.ts';

/** How a command ended. */
export interface Ending {
  id: string;
  device: string;
  result: Exclude<CommandResult['result'], 'received'>;
  reason?: string;
}

/** Ids of commands on disk, each written and synced before anything is done about it. */
export interface CommandJournal {
  /** Takes an id; false where it was taken before, in this life or an earlier one. */
  take(command: Pick<Command, 'id' | 'device'>, now: number): boolean;
  /** A command that was taken, with its ending where it has one. */
  find(id: string): { device: string; ending?: Ending } | undefined;
  /** Writes how a command ended, once; what was written first stands. */
  end(ending: Ending): void;
  /** Commands taken that have no ending. */
  unended(): { id: string; device: string }[];
  /** Endings not yet in the outbox. */
  untold(): Ending[];
  /** The ending is in the outbox. */
  told(id: string): void;
  close(): void;
}

/** How long an id is kept after it was taken, in ms; a command lives 30 s at most. */
export const commandKeptMs = 86_400_000;

/** Opens the file of command ids, which this process alone writes. */
export function openCommandJournal(file: string): CommandJournal {
  const db = openSqlite(file, { synchronous: 'full' });
  migrate(db, commandPart, commandMigrations);
  const insert = db.prepare(
    'INSERT INTO command (id, device, taken_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const forget = db.prepare('DELETE FROM command WHERE taken_at < ? AND told = 1');
  const end = db.prepare('UPDATE command SET result = ?, reason = ? WHERE id = ? AND result IS NULL');
  const tell = db.prepare('UPDATE command SET told = 1 WHERE id = ?');
  const find = db.prepare('SELECT id, device, result, reason FROM command WHERE id = ?');
  const unended = db.prepare('SELECT id, device FROM command WHERE result IS NULL ORDER BY taken_at');
  const untold = db.prepare(
    'SELECT id, device, result, reason FROM command WHERE result IS NOT NULL AND told = 0 ORDER BY taken_at',
  );
  return {
    take: ({ id, device }, now) => {
      forget.run(now - commandKeptMs);
      return insert.run(id, device, now).changes === 1;
    },
    find: (id) => {
      const row = find.get(id);
      if (!row) return undefined;
      return { device: String(row.device), ...(row.result !== null && { ending: endingOf(row) }) };
    },
    end: ({ id, result, reason }) => void end.run(result, reason ?? null, id),
    unended: () => unended.all().map((row) => ({ id: String(row.id), device: String(row.device) })),
    untold: () => untold.all().map(endingOf),
    told: (id) => void tell.run(id),
    close: () => db.close(),
  };
}

function endingOf(row: Record<string, unknown>): Ending {
  return {
    id: String(row.id),
    device: String(row.device),
    result: row.result as Ending['result'],
    ...(row.reason !== null && { reason: String(row.reason) }),
  };
}
