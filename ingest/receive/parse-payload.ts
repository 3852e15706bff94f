import { isUtf8 } from 'node:buffer';
import type { DeadLetterReason } from '../journal/dead-letter.ts';

/** Objects and arrays within one another that a message may have; ours have 7. */
export const maxNesting = 32;

/** A payload as JSON, or why it is none. */
export type Parsed = { ok: true; value: unknown } | { ok: false; reason: DeadLetterReason; expected: string };

/**
 * Reads a payload as UTF-8 JSON. Of a key given twice the last counts; a key `__proto__` is a plain
 * field like any other and changes no prototype.
 */
export function parsePayload(payload: Buffer): Parsed {
  if (!isUtf8(payload)) return { ok: false, reason: 'not-utf8', expected: 'must be UTF-8' };
  if (isTooDeep(payload)) {
    return { ok: false, reason: 'too-deep', expected: `must nest at most ${maxNesting} deep` };
  }
  try {
    return { ok: true, value: JSON.parse(payload.toString('utf8')) };
  } catch (error) {
    return { ok: false, reason: 'not-json', expected: `must be JSON: ${(error as Error).message}` };
  }
}

const quote = 0x22;
const backslash = 0x5c;
const opening = [0x5b, 0x7b];
const closing = [0x5d, 0x7d];

/** Deeply nested values parse, but writing them again would overflow the stack. */
function isTooDeep(payload: Buffer): boolean {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < payload.length; index++) {
    const byte = payload[index];
    if (inText) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === opening[0] || byte === opening[1]) {
      depth += 1;
      if (depth > maxNesting) return true;
    } else if (byte === closing[0] || byte === closing[1]) depth -= 1;
  }
  return false;
}
