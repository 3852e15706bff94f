import { readFileSync } from 'node:fs';
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { RuntimeError } from './errors.ts';

/** A part's settings: each declared once, as a schema with default, bounds, unit and description. */
export interface SettingsSchema<S extends TObject = TObject> {
  /** Prefix of the environment names, e.g. `INGEST` for `batchWindowMs` → `INGEST_BATCH_WINDOW_MS`. */
  part: string;
  schema: S;
  /** New names of settings that were renamed, by the old ones: an old name stops the start and the new one is named. */
  renamed?: Readonly<Record<string, Extract<keyof Static<S>, string>>>;
}

type Joined<Part> = (
  Part extends { readonly settings?: infer Own extends TProperties }
    ? (own: Own) => void
    : never
) extends (all: infer Whole) => void
  ? Whole
  : never;

/**
 * Joins the settings that each entry of a list declares, such as each channel, to be spread into a part's schema.
 *
 * @throws {Error} where two of them declare the same name.
 */
export function joinSettings<Entry extends { readonly settings?: TProperties }>(
  entries: readonly Entry[],
): Joined<Entry> {
  const names = entries.flatMap(({ settings = {} }) => Object.keys(settings));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${twice} is declared by two of a list`);
  return Object.assign({}, ...entries.map(({ settings }) => settings)) as Joined<Entry>;
}

interface SettingFacts {
  type?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  pattern?: string;
  description?: string;
}

/**
 * Reads a part's settings from environment names.
 *
 * Each may instead be given as a file, whose first line it is, by its name with `_FILE`: secrets stay out of
 * the environment, which every child and every `inspect` of a container shows.
 *
 * @throws {RuntimeError} `SETTING_INVALID` naming setting, value and bound, or a file that cannot be read or
 * is given beside the value; `SETTING_RENAMED` for an old name, with the new one; `SETTING_UNKNOWN` for a name
 * with the part's prefix that no setting has; `SETTING_MISSING` for one without value or default.
 */
export function loadSettings<S extends TObject>(
  { part, schema, renamed = {} }: SettingsSchema<S>,
  env: Record<string, string | undefined>,
): Static<S> {
  refuseOldNames(part, renamed, env);
  const settings: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, property] of Object.entries(schema.properties)) {
    const variable = environmentName(part, name);
    known.add(variable).add(`${variable}_FILE`);
    const text = readGiven(variable, env);
    const value = text === undefined ? factsOf(property).default : parseValue(text, property, variable);
    if (value === undefined && !isOptional(schema, name)) {
      throw new RuntimeError('SETTING_MISSING', `${variable} is not set: ${describe(property)}`);
    }
    if (value !== undefined) settings[name] = check(value, property, variable);
  }
  for (const variable of Object.keys(env)) {
    if (variable.startsWith(`${part}_`) && !known.has(variable)) {
      throw new RuntimeError(
        'SETTING_UNKNOWN',
        `${variable} is no setting of ${part.toLowerCase()}; known are ${[...known].filter((k) => !k.endsWith('_FILE')).join(', ')}`,
      );
    }
  }
  return settings as Static<S>;
}

/** Before all else: a new name that is missing may be the one that is given by its old name. */
function refuseOldNames(
  part: string,
  renamed: Readonly<Record<string, string>>,
  env: Record<string, string | undefined>,
): void {
  for (const [before, now] of Object.entries(renamed)) {
    for (const suffix of ['', '_FILE']) {
      const old = environmentName(part, before) + suffix;
      if (env[old] === undefined) continue;
      throw new RuntimeError(
        'SETTING_RENAMED',
        `${old} is now called ${environmentName(part, now)}${suffix}; give it by that name`,
      );
    }
  }
}

/** Environment name of a setting, e.g. (`INGEST`, `batchWindowMs`) → `INGEST_BATCH_WINDOW_MS`. */
export function environmentName(part: string, name: string): string {
  return `${part}_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
}

/** One line of a settings table for documents. */
export interface SettingRow {
  variable: string;
  default: string;
  bounds: string;
  description: string;
}

/** Lists a part's settings for the generated documents. */
export function settingRows({ part, schema }: SettingsSchema): SettingRow[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const facts = factsOf(property);
    const fallback = isOptional(schema, name) ? '' : 'required';
    return {
      variable: environmentName(part, name),
      default: facts.default === undefined ? fallback : String(facts.default),
      bounds: boundsOf(facts),
      description: facts.description ?? '',
    };
  });
}

/** A TCP port setting; 0 takes any free port. */
export const port = (fallback: number, description: string) =>
  Type.Integer({ default: fallback, minimum: 0, maximum: 65_535, description });

/** A duration setting in milliseconds. */
export const durationMs = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description: `${description}, in ms.` });

function factsOf(schema: TSchema): SettingFacts {
  return schema as SettingFacts;
}

function isOptional(schema: TObject, name: string): boolean {
  return !(schema.required as string[] | undefined)?.includes(name);
}

function readGiven(variable: string, env: Record<string, string | undefined>): string | undefined {
  const fileVariable = `${variable}_FILE`;
  const file = env[fileVariable];
  if (file === undefined) return env[variable];
  if (env[variable] !== undefined) {
    throw new RuntimeError(
      'SETTING_INVALID',
      `${variable} and ${fileVariable} are both set; take one of them away`,
    );
  }
  return readFirstLine(fileVariable, file);
}

function readFirstLine(fileVariable: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RuntimeError('SETTING_INVALID', `${fileVariable}=${file} cannot be read`, { cause });
  }
  const line = text.split('\n', 1)[0]?.trim();
  if (!line) throw new RuntimeError('SETTING_INVALID', `${fileVariable}=${file} has an empty first line`);
  return line;
}

function parseValue(text: string, property: TSchema, variable: string): unknown {
  const { type } = factsOf(property);
  if (type === 'integer' || type === 'number') {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) {
      throw new RuntimeError(
        'SETTING_INVALID',
        `${variable}=${text} is not a number: ${boundsOf(factsOf(property))}`,
      );
    }
    return value;
  }
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new RuntimeError('SETTING_INVALID', `${variable}=${text} must be true or false`);
  }
  return text;
}

function check(value: unknown, property: TSchema, variable: string): unknown {
  const length = typeof value === 'string' ? value.length : undefined;
  if (Compile(property).Check(value)) return value;
  const shown = /PASSWORD|SECRET|TOKEN/.test(variable) ? '(hidden)' : String(value);
  const facts = factsOf(property);
  const least = leastLengthOf(facts);
  if (length !== undefined && length < least) {
    throw new RuntimeError(
      'SETTING_INVALID',
      `${variable} is too short: it has ${length} of at least ${least} characters`,
    );
  }
  throw new RuntimeError('SETTING_INVALID', `${variable}=${shown} must be ${boundsOf(facts)}`);
}

/** The length a text must have, also where its pattern asks it of all of it: `^.{16,}$`. */
function leastLengthOf({ minLength = 0, pattern = '' }: SettingFacts): number {
  const [, least = '0'] = /^\^(?:\.|\[[^\]]+\])\{(\d+),\}\$$/.exec(pattern) ?? [];
  return Math.max(minLength, Number(least));
}

function boundsOf(facts: SettingFacts): string {
  if (facts.enum) return `one of ${facts.enum.join(', ')}`;
  const range = [
    facts.minimum === undefined ? '' : `≥ ${facts.minimum}`,
    facts.maximum === undefined ? '' : `≤ ${facts.maximum}`,
  ].filter(Boolean);
  const least = leastLengthOf(facts);
  if (least > 0) range.push(`of at least ${least} characters`);
  if (facts.pattern) range.push(`matching ${facts.pattern}`);
  return [facts.type === 'integer' ? 'a whole number' : `a ${facts.type ?? 'value'}`, ...range].join(' ');
}

function describe(property: TSchema): string {
  const facts = factsOf(property);
  return `${facts.description ?? ''} It takes ${boundsOf(facts)}.`;
}
