import { readFileSync } from 'node:fs';
import { makeFilesPrivate } from '#runtime/private-files.ts';
import { allCommands } from './commands/all.ts';
import { findCommand, UsageError, usageOf } from './commands/command.ts';

/**
 * `npm run provision -- <command>`: prepares machines, communities, gateways, people and stores.
 *
 * Exit codes: 0 done; 1 refused or failed, with the reason; 2 wrong arguments, with what was expected.
 */
const dataDir = process.env.SHOUWANG_DATA_DIR ?? 'data';
const print = (text: string) => process.stdout.write(`${text}\n`);

function usage(): string {
  const lines = allCommands.map((command) => `  ${usageOf(command)}\n${indented(command.summary)}`);
  return `npm run provision -- <command>\n\n${lines.join('\n')}\n\nThe data folder is SHOUWANG_DATA_DIR (default: data).`;
}

/** A text in lines of at most 100 characters. */
function indented(text: string): string {
  return text.replaceAll(/(.{1,100})(?:\s+|$)/g, '      $1\n').trimEnd();
}

/** Exit code 2 for wrong arguments, 1 for all else; the message says what to do. */
function end(error: unknown): never {
  const words = error instanceof Error ? error.message : String(error);
  process.stderr.write(`provision ${typed[0] ?? ''}: ${words}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

makeFilesPrivate();
const typed = process.argv.slice(2);
try {
  if (typed.length === 0 || typed[0] === 'help' || typed.includes('--help') || typed.includes('-h')) {
    print(usage());
    process.exit(typed.length === 0 ? 2 : 0);
  }
  const { command, given } = findCommand(allCommands, typed);
  await command.run(given, {
    dataDir,
    env: process.env,
    print,
    input: () => (process.stdin.isTTY ? '' : readFileSync(0, 'utf8').trim()),
  });
} catch (error) {
  end(error);
}
