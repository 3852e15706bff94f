import type { ShownPayload } from '#contracts/dead-letters.ts';

/** Bytes of a payload that a page is given; an export has all that was kept. */
export const maxShownBytes = 16_384;

/**
 * A payload as text where it is UTF-8, else as hexadecimal digits; at most `limit` bytes of it.
 * A character that the limit, or the keeping, cut in two is left out.
 */
export function shownPayload(payload: Uint8Array, limit = maxShownBytes): ShownPayload {
  const bytes = payload.subarray(0, limit);
  const shownBytes = bytes.length;
  try {
    // As a stream, what may be the beginning of a character at the end is no fault.
    const data = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    return { encoding: 'text', data, shownBytes };
  } catch {
    return { encoding: 'hex', data: Buffer.from(bytes).toString('hex'), shownBytes };
  }
}
