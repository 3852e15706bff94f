import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Kysely } from 'kysely';
import { nearestOf } from '#registry/nearest.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { errorCode } from '#runtime/errors.ts';
import { migrateAll, registryFile } from '../prepare.ts';

/** What a command needs from outside. */
export interface CommandContext {
  /** The data folder. */
  dataDir: string;
  env: Record<string, string | undefined>;
  /** Prints a line. */
  print(text: string): void;
  /** Standard input, trimmed; empty at a terminal. */
  input(): string;
}

/** Arguments of a command. */
export interface CommandArguments {
  /** By the names in `Command.words`; an optional one that is missing is undefined. */
  words: Record<string, string | undefined>;
  /** Options that were given, by name. */
  options: Record<string, string | boolean | undefined>;
}

/** One subcommand of `npm run provision`. */
export interface Command {
  /** Name, e.g. `gateway` or `person end`. */
  name: string;
  /** Arguments in order, optional ones in `[ ]`. The last may be `...words`, any number. */
  words: readonly string[];
  options?: Readonly<Record<string, 'flag'>>;
  /** What it does, for the list of commands. */
  summary: string;
  /** @throws where it is refused: the message is printed and the exit code is 1. */
  run(given: CommandArguments, context: CommandContext): Promise<void> | void;
}

/** Wrong arguments; the exit code is 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Usage line of a command. */
export function usageOf({ name, words, options = {} }: Command): string {
  const shown = words.map((word) => {
    if (word.startsWith('...')) return word.slice(3);
    return isOptional(word) ? word : `<${word}>`;
  });
  return [name, ...shown, ...Object.keys(options).map((option) => `[--${option}]`)].join(' ');
}

/**
 * Finds the command and its arguments.
 *
 * @throws {UsageError} for an unknown command or option, a missing word, or one too many, naming what was expected.
 */
export function findCommand(
  commands: readonly Command[],
  typed: readonly string[],
): { command: Command; given: CommandArguments } {
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

function readWords(command: Command, typed: string[]): CommandArguments {
  const { words: names, options: known = {} } = command;
  const options = Object.fromEntries(Object.keys(known).map((name) => [name, { type: 'boolean' as const }]));
  const { positionals, values } = parse(command, typed, options);
  const words: CommandArguments['words'] = {};
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

/** Runs work on the registry of the data folder, which must exist; migrates it first. */
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
