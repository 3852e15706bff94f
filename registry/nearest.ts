import { closest, distance } from 'fastest-levenshtein';

/**
 * The known word that somebody most likely meant: the same in other capitals, one that differs by a slip, or one that
 * holds the word or is held by it.
 *
 * @returns Undefined where none is near: a wrong guess misleads more than none.
 */
export function nearestOf(given: string, known: readonly string[]): string | undefined {
  if (given === '' || known.length === 0) return undefined;
  const lower = given.toLowerCase();
  const same = known.find((word) => word.toLowerCase() === lower);
  if (same !== undefined) return same;
  const byLower = new Map(known.map((word) => [word.toLowerCase(), word]));
  const near = closest(lower, [...byLower.keys()]);
  const slips = distance(lower, near);
  if (slips <= Math.max(1, lower.length / 3)) return byLower.get(near);
  const holding = known.filter((word) => {
    const one = word.toLowerCase();
    return one.includes(lower) || (one.length > 2 && lower.includes(one));
  });
  return closestOf(lower, holding) ?? (slips < lower.length / 2 ? byLower.get(near) : undefined);
}

function closestOf(lower: string, words: readonly string[]): string | undefined {
  return words.length > 0 ? closest(lower, words) : undefined;
}

/** Most known words that a message lists; of the others it gives the number. */
const maxListed = 12;

/** What was meant, for the end of a message: `; did you mean "gw-1"? known are gw-1, gw-2`. */
export function knownWords(given: string, known: readonly string[]): string {
  const near = nearestOf(given, known);
  const more = known.length > maxListed ? ` and ${known.length - maxListed} more` : '';
  const list =
    known.length === 0 ? '; there is none' : `; known: ${known.slice(0, maxListed).join(', ')}${more}`;
  return `${near === undefined ? '' : `; did you mean "${near}"?`}${list}`;
}
