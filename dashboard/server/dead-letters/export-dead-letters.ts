import type { DeadLetterFilter, DeadLetterReader, ShownPayload } from '#contracts/dead-letters.ts';

/** Dead letters read at once while they are written out. */
const pageDeadLetters = 50;

/**
 * Writes the dead letters of a community as JSON Lines, newest first, each with all that was kept of its payload;
 * reads on as they are taken, so that no more than a page is in memory.
 */
export async function* exportDeadLetters(
  reader: DeadLetterReader,
  community: string,
  filter: DeadLetterFilter,
): AsyncGenerator<string> {
  let before: number | undefined;
  for (;;) {
    const page = reader.list(community, {
      ...filter,
      limit: pageDeadLetters,
      ...(before !== undefined && { before }),
    });
    for (const { id } of page) {
      const kept = reader.find(community, id);
      // Settled meanwhile.
      if (!kept) continue;
      const { encoding, data } = shownPayload(kept.payload, kept.payload.length);
      yield `${JSON.stringify({ ...kept.deadLetter, payload: { encoding, data } })}\n`;
    }
    before = page.at(-1)?.id;
    if (page.length < pageDeadLetters) return;
  }
}

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
