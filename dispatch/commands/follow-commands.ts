import { sql } from 'kysely';
import { cursorNames } from '#contracts/facts/logs.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import type { Logger } from '#runtime/log.ts';
import { moveCursor, readCursor } from '../storage/cursors.ts';
import type { IncidentDatabase, IncidentTransaction } from '../storage/incident-database.ts';
import type { CommandRow } from '../storage/tables.ts';
import { type CommandHappening, nextCommandState } from './command-lifecycle.ts';

/** A result as ingest journalled it, by its position there. */
export interface CommandResultEntry {
  position: number;
  community: string;
  gateway: string;
  command: string;
  result: CommandResult['result'];
  reason?: string;
}

/** Results of commands, by journal position. */
export interface CommandResultSource {
  /** Results after `position`, oldest first, at most `limit`. */
  after(position: number, limit: number): CommandResultEntry[];
}

/** Written out, so that those that wait are found by their index, not among all there ever were. */
const waitingStates = [sql.lit('sent' as const), sql.lit('received' as const)];
/** After its life a command's answer is waited for this long, ms. */
export const answerGraceMs = 5000;
/** Results of one transaction. */
const maxAtOnce = 100;

/**
 * Creates the follower of what became of commands.
 *
 * @returns A run: takes new results and the ends of waiting; true where more results are waiting.
 */
export function followCommands(options: {
  database: IncidentDatabase;
  results: CommandResultSource;
  /** Counts a result of a command that dispatch did not issue: a gateway's flows actuate devices as well. */
  countOther: () => void;
  now: () => number;
  log: Logger;
}): () => Promise<boolean> {
  const { database, results, now } = options;
  let cursor: number | undefined;
  return async () => {
    cursor ??= await readCursor(database, cursorNames.commandResults);
    const lines = results.after(cursor, maxAtOnce);
    const newest = lines.at(-1)?.position;
    if (newest !== undefined) {
      await database.write(async (transaction) => {
        for (const line of lines) await applyResult(transaction, line, options);
        await moveCursor(transaction, cursorNames.commandResults, newest);
      });
      cursor = newest;
    }
    const more = lines.length === maxAtOnce;
    // Answers that are already in the journal go before the end of waiting.
    if (!more && (await hasSilent(database, now()))) await database.write(endWaiting);
    return more;
  };
}

async function applyResult(
  transaction: IncidentTransaction,
  line: CommandResultEntry,
  { countOther, log }: { countOther: () => void; log: Logger },
): Promise<void> {
  const row = await transaction.trx
    .selectFrom('command')
    .selectAll()
    .where('id', '=', line.command)
    .executeTakeFirst();
  if (!row) return countOther();
  // A gateway speaks of its own commands alone.
  if (row.gateway !== line.gateway || row.community !== line.community) {
    log.warn({ command: line.command, gateway: line.gateway }, 'result of a command of another gateway');
    return;
  }
  await move(transaction, row, line.result, line.reason);
}

async function endWaiting(transaction: IncidentTransaction): Promise<void> {
  const rows = await transaction.trx
    .selectFrom('command')
    .selectAll()
    .where('state', 'in', waitingStates)
    .execute();
  for (const row of rows) {
    if (isSilent(row, transaction.now)) await move(transaction, row, 'silence', 'no-answer');
  }
}

async function move(
  { trx, now }: IncidentTransaction,
  row: CommandRow,
  happening: CommandHappening,
  because: string | undefined,
): Promise<void> {
  const state = nextCommandState({ state: row.state, isAnswered: row.answered === 1 }, happening);
  if (!state) return;
  const answered = happening === 'silence' || happening === 'received' ? 0 : 1;
  await trx
    .updateTable('command')
    .set({ state, because: because ?? null, answered, changed_at: now, version: row.version + 1 })
    .where('id', '=', row.id)
    .execute();
}

function isSilent(row: Pick<CommandRow, 'issued_at' | 'ttl_ms'>, now: number): boolean {
  return now > row.issued_at + row.ttl_ms + answerGraceMs;
}

async function hasSilent(database: IncidentDatabase, now: number): Promise<boolean> {
  const rows = await database.db
    .selectFrom('command')
    .select(['issued_at', 'ttl_ms'])
    .where('state', 'in', waitingStates)
    .execute();
  return rows.some((row) => isSilent(row, now));
}
