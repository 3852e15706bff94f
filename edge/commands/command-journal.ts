import type { Command } from '#contracts/command.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { commandMigrations, commandPart } from './migrations.ts';

/** How a command ended. */
export interface CommandEnd {
  id: string;
  device: string;
  result: Exclude<CommandResult['result'], 'received'>;
  reason?: string;
}

/** Ids of commands on disk, each written and synced before anything is done about it. */
export interface CommandJournal {
  /** Commits an id; false where it was there before, from this start or an earlier one. */
  accept(command: Pick<Command, 'id' | 'device'>, now: number): boolean;
  /** A command whose id is committed, with its end where it has one. */
  find(id: string): { device: string; ending?: CommandEnd } | undefined;
  /** Writes how a command ended, once; what was written first stands. */
  end(ending: CommandEnd): void;
  /** Commands without an end. */
  unfinished(): { id: string; device: string }[];
  /** Endings not yet in the outbox. */
  unreported(): CommandEnd[];
  /** The ending is in the outbox. */
  markReported(id: string): void;
  close(): void;
}

/** How long an id is kept, in ms; a command lives 30 s at most. */
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
  const markReported = db.prepare('UPDATE command SET told = 1 WHERE id = ?');
  const find = db.prepare('SELECT id, device, result, reason FROM command WHERE id = ?');
  const unfinished = db.prepare('SELECT id, device FROM command WHERE result IS NULL ORDER BY taken_at');
  const unreported = db.prepare(
    'SELECT id, device, result, reason FROM command WHERE result IS NOT NULL AND told = 0 ORDER BY taken_at',
  );
  return {
    accept: ({ id, device }, now) => {
      forget.run(now - commandKeptMs);
      return insert.run(id, device, now).changes === 1;
    },
    find: (id) => {
      const row = find.get(id);
      if (!row) return undefined;
      return { device: String(row.device), ...(row.result !== null && { ending: commandEndOf(row) }) };
    },
    end: ({ id, result, reason }) => void end.run(result, reason ?? null, id),
    unfinished: () => unfinished.all().map((row) => ({ id: String(row.id), device: String(row.device) })),
    unreported: () => unreported.all().map(commandEndOf),
    markReported: (id) => void markReported.run(id),
    close: () => db.close(),
  };
}

function commandEndOf(row: Record<string, unknown>): CommandEnd {
  return {
    id: String(row.id),
    device: String(row.device),
    result: row.result as CommandEnd['result'],
    ...(row.reason !== null && { reason: String(row.reason) }),
  };
}
