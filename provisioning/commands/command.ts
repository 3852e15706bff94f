import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import { nearestOf } from '#registry/nearest.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { errorCode } from '#runtime/errors.ts';
import { migrateAll, registryFile } from '../prepare.ts';

/** What a command works with; everything of the outside that it may touch. */
export interface CommandContext {
  /** The data folder. */
  dataDir: string;
  env: Record<string, string | undefined>;
  /** Prints a line for whoever typed the command. */
  say(text: string): void;
  /** What is piped in, without the space around it; empty at a terminal. */
  input(): string;
}

/** What was typed behind the command's name. */
export interface GivenWords {
  /** By the names in `Command.words`; one that may be left out is undefined then. */
  words: Record<string, string | undefined>;
  /** Options that were given, by name. */
  options: Record<string, string | boolean | undefined>;
}

/** One subcommand of `npm run provision`. */
export interface Command {
  /** As it is typed, e.g. `gateway` or `person end`. */
  name: string;
  /** Words that follow, in order; in `[ ]` where they may be left out. The last may be `...words`, any number. */
  words: readonly string[];
  options?: Readonly<Record<string, 'flag'>>;
  /** What it does, for the list of commands. */
  summary: string;
  /** @throws where it is refused: the message is printed, and the exit code is 1. */
  run(given: GivenWords, context: CommandContext): Promise<void> | void;
}

/** Wrong words behind a command; the exit code is 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** How a command is typed. */
export function usageOf({ name, words, options = {} }: Command): string {
  const shown = words.map((word) => {
    if (word.startsWith('...')) return word.slice(3);
    return isOptional(word) ? word : `<${word}>`;
  });
  return [name, ...shown, ...Object.keys(options).map((option) => `[--${option}]`)].join(' ');
}

/**
 * Finds the command that was typed and what was given to it.
 *
 * @throws {UsageError} for an unknown command or option, a missing word, or one too many, naming what was expected.
 */
export function findCommand(
  commands: readonly Command[],
  typed: readonly string[],
): { command: Command; given: GivenWords } {
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => typed[index] === word));
  if (!command) throw new UsageError(unknownCommand(commands, typed));
  return { command, given: readWords(command, typed.slice(command.name.split(' ').length)) };
}

function unknownCommand(commands: readonly Command[], typed: readonly string[]): string {
  const [first = '', second] = typed;
  const within = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (within.length > 0) {
    const known = within.map(({ name }) => name.slice(first.length + 1));
    const near = second === undefined ? undefined : nearestOf(second, known);
    const meant = near ? `; did you mean "${first} ${near}"?` : '';
    return `${first} needs one of: ${known.join(', ')}${second === undefined ? '' : `, not "${second}"`}${meant}`;
  }
  const near = nearestOf(
    first,
    commands.map(({ name }) => name),
  );
  return `unknown: ${first}${near ? `; did you mean "${near}"?` : ''}`;
}

function readWords(command: Command, typed: string[]): GivenWords {
  const { words: names, options: known = {} } = command;
  const options = Object.fromEntries(Object.keys(known).map((name) => [name, { type: 'boolean' as const }]));
  const { positionals, values } = parse(command, typed, options);
  const words: GivenWords['words'] = {};
  for (const [index, name] of names.entries()) {
    const given = positionals[index];
    if (name.startsWith('...')) words[name.slice(3)] = positionals.slice(index).join(' ');
    else if (given === undefined && !isOptional(name)) {
      throw new UsageError(`<${name}> is missing; it is typed: ${usageOf(command)}`);
    } else words[plainName(name)] = given;
  }
  const isOpen = names.at(-1)?.startsWith('...') ?? false;
  const tooMany = isOpen ? undefined : positionals[names.length];
  if (tooMany !== undefined) {
    throw new UsageError(`"${tooMany}" is one word too many; it is typed: ${usageOf(command)}`);
  }
  return { words, options: values };
}

function parse(command: Command, args: string[], options: Record<string, { type: 'boolean' }>) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    const [option = ''] = args.filter((arg) => arg.startsWith('-') && !Object.hasOwn(options, arg.slice(2)));
    const near = nearestOf(option.replace(/^-+/, ''), Object.keys(options));
    const meant = near ? `; did you mean "--${near}"?` : '';
    throw new UsageError(`${option} is no option${meant}; it is typed: ${usageOf(command)}`);
  }
}

function isOptional(word: string): boolean {
  return word.startsWith('[');
}

function plainName(word: string): string {
  return word.replaceAll(/[[\]]/g, '');
}

/** Works on the registry of the data folder, which has to be there, brought to this release. */
export async function withRegistry<T>(
  { dataDir }: Pick<CommandContext, 'dataDir'>,
  work: (db: Kysely<RegistryTables>) => Promise<T>,
): Promise<T> {
  const file = registryFile(dataDir);
  if (!existsSync(file)) {
    throw new Error(`there is no registry in ${dataDir}: set SHOUWANG_DATA_DIR, or apply a plan first`);
  }
  migrateAll(dataDir);
  const db = openRegistryTables(file);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
