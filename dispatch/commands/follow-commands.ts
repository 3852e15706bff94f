import type { CommandResult } from '#contracts/record-body.ts';
import type { Logger } from '#runtime/log.ts';
import { moveCursor, readCursor } from '../cursors.ts';
import type { IncidentFile, Writing } from '../incidents/incident-file.ts';
import type { CommandRow } from '../tables.ts';
import { type CommandHappening, nextCommandState } from './command-lifecycle.ts';

/** A result as ingest journalled it, by its position there. */
export interface CommandResultLine {
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
  after(position: number, limit: number): CommandResultLine[];
}

/** After its life a command's answer is waited for this long, ms. */
export const answerGraceMs = 5000;
const cursorName = 'command-results';
/** Results of one transaction. */
const maxAtOnce = 100;

/**
 * Creates the follower of what became of commands.
 *
 * @returns A run: takes new results and the ends of waiting; true where more results are waiting.
 */
export function followCommands(options: {
  file: IncidentFile;
  results: CommandResultSource;
  /** Counts a result of a command that dispatch did not issue: a gateway's flows have devices act as well. */
  countOther: () => void;
  now: () => number;
  log: Logger;
}): () => Promise<boolean> {
  const { file, results, now } = options;
  let cursor: number | undefined;
  return async () => {
    cursor ??= await readCursor(file, cursorName);
    const lines = results.after(cursor, maxAtOnce);
    const newest = lines.at(-1)?.position;
    if (newest !== undefined) {
      await file.write(async (writing) => {
        for (const line of lines) await takeResult(writing, line, options);
        await moveCursor(writing, cursorName, newest);
      });
      cursor = newest;
    }
    const more = lines.length === maxAtOnce;
    // Answers that are already in the journal go before the end of waiting.
    if (!more && (await hasSilent(file, now()))) await file.write(endWaiting);
    return more;
  };
}

async function takeResult(
  writing: Writing,
  line: CommandResultLine,
  { countOther, log }: { countOther: () => void; log: Logger },
): Promise<void> {
  const row = await writing.trx
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
  await move(writing, row, line.result, line.reason);
}

async function endWaiting(writing: Writing): Promise<void> {
  const rows = await writing.trx
    .selectFrom('command')
    .selectAll()
    .where('state', 'in', ['sent', 'received'])
    .execute();
  for (const row of rows) {
    if (isSilent(row, writing.now)) await move(writing, row, 'silence', 'no-answer');
  }
}

async function move(
  { trx, now }: Writing,
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

async function hasSilent(file: IncidentFile, now: number): Promise<boolean> {
  const rows = await file.db
    .selectFrom('command')
    .select(['issued_at', 'ttl_ms'])
    .where('state', 'in', ['sent', 'received'])
    .execute();
  return rows.some((row) => isSilent(row, now));
}
