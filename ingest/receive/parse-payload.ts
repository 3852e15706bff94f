import { isUtf8 } from 'node:buffer';
import type { DeadLetterReason } from '#contracts/dead-letter.ts';
import { maxMessageBytes, maxMessageKeys } from '#contracts/gateway-messages.ts';

/** Objects and arrays within one another that a message may have; ours have 7. */
export const maxNesting = 32;

/** A payload as JSON, or why it is none. */
export type Parsed = { ok: true; value: unknown } | { ok: false; reason: DeadLetterReason; expected: string };

/** What a message may have at most: beyond it nothing of it is read, so that reading costs its sender's turn little. */
export interface PayloadLimits {
  bytes: number;
  keys: number;
}

/** Limits of a topic that a gateway publishes to. */
export function limitsOf(topic: keyof typeof maxMessageBytes): PayloadLimits {
  return { bytes: maxMessageBytes[topic], keys: maxMessageKeys[topic] };
}

/**
 * Reads a payload as UTF-8 JSON. A key given twice in an object is refused, since nobody knows which was meant; a key
 * `__proto__` is a plain field like any other and changes no prototype.
 */
export function parsePayload(payload: Buffer, limits: PayloadLimits): Parsed {
  if (payload.length > limits.bytes) return tooMuch('bytes', limits.bytes);
  if (!isUtf8(payload)) return { ok: false, reason: 'not-utf8', expected: 'must be UTF-8' };
  const { deepest, keys, values } = scan(payload);
  if (deepest > maxNesting) {
    return { ok: false, reason: 'too-deep', expected: `must nest at most ${maxNesting} deep` };
  }
  if (keys > limits.keys) return tooMuch('keys', limits.keys);
  if (values > limits.keys) return tooMuch('objects and arrays', limits.keys);
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    if (countKeys(value) === keys) return { ok: true, value };
    return { ok: false, reason: 'duplicate-key', expected: 'must give no key of an object twice' };
  } catch (error) {
    return { ok: false, reason: 'not-json', expected: `must be JSON: ${(error as Error).message}` };
  }
}

function tooMuch(what: string, limit: number): Parsed {
  return { ok: false, reason: 'invalid', expected: `must have at most ${limit} ${what}` };
}

const quote = 0x22;
const backslash = 0x5c;
const opening = [0x5b, 0x7b];
const closing = [0x5d, 0x7d];
const colon = 0x3a;

/**
 * How deep a text nests, its objects and arrays (`values`), and its keys: in JSON each has the one colon outside of
 * texts. Deeply nested values parse, but writing them again would overflow the stack.
 */
function scan(payload: Buffer): { deepest: number; keys: number; values: number } {
  let depth = 0;
  let values = 0;
  let deepest = 0;
  let keys = 0;
  let inText = false;
  for (let index = 0; index < payload.length; index++) {
    const byte = payload[index];
    if (inText) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === opening[0] || byte === opening[1]) {
      depth += 1;
      values += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === closing[0] || byte === closing[1]) depth -= 1;
    else if (byte === colon) keys += 1;
  }
  return { deepest, keys, values };
}

/** Keys of all objects in a value; of one given twice JSON.parse keeps the last. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const part of Object.values(value)) keys += countKeys(part);
  return keys;
}
