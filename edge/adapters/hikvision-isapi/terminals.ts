import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { objectOf } from '#contracts/schema.ts';
import { createValidator } from '#contracts/validate.ts';
import { RuntimeError } from '#runtime/errors.ts';

/** Where a terminal is reached, and who signs in to it. */
export const Terminal = objectOf({
  url: Type.String({ pattern: '^https?://[^/?#@]+/?$', maxLength: 256 }),
  username: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 128 }),
});
export type Terminal = Static<typeof Terminal>;

/** File of the terminals whose doors may be opened, by the terminal's MAC in 12 lower-case digits. */
export const TerminalFile = objectOf({
  terminals: Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), Terminal, {
    maxProperties: 5000,
  }),
});

const check = createValidator(TerminalFile);

/**
 * Reads the terminals of a file.
 *
 * @throws {RuntimeError} `SETTING_INVALID` naming the setting and the place in the file, never what stands there.
 */
export function readTerminals(file: string): ReadonlyMap<string, Terminal> {
  const refuse = (what: string) =>
    new RuntimeError('SETTING_INVALID', `EDGE_HIKVISION_TERMINALS_FILE: ${file} ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // The parser's own message quotes the file, which holds passwords.
    throw refuse(error instanceof SyntaxError ? 'is not JSON' : 'cannot be read');
  }
  const checked = check(value);
  if (!checked.ok) throw refuse(`${checked.path} ${checked.expected}`);
  return new Map(Object.entries(checked.value.terminals));
}
