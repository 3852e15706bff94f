import type { DeadLetterFilter, DeadLetterReader } from '#contracts/dead-letters.ts';
import { shownPayload } from './shown-payload.ts';

/** Letters read at once while they are written out. */
const pageLetters = 50;

/**
 * Writes the letters of a community as JSON Lines, newest first, each with all that was kept of its payload;
 * reads on as they are taken, so that no more than a page is in memory.
 */
export async function* exportLetters(
  reader: DeadLetterReader,
  community: string,
  filter: DeadLetterFilter,
): AsyncGenerator<string> {
  let before: number | undefined;
  for (;;) {
    const page = reader.list(community, {
      ...filter,
      limit: pageLetters,
      ...(before !== undefined && { before }),
    });
    for (const { id } of page) {
      const kept = reader.find(community, id);
      // Settled meanwhile.
      if (!kept) continue;
      const { encoding, data } = shownPayload(kept.payload, kept.payload.length);
      yield `${JSON.stringify({ ...kept.letter, payload: { encoding, data } })}\n`;
    }
    before = page.at(-1)?.id;
    if (page.length < pageLetters) return;
  }
}
