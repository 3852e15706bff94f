const maxKeepDays = 36_500;

/** What follows `provision -- influx`. */
export interface BackstopWords {
  /** Days given; without them the longest that anything is kept. */
  keepDays?: number;
  dropOlder: boolean;
  /** Organization of InfluxDB 2.x. */
  organization?: string;
}

/**
 * Reads days, `drop-older` and `org=<name>`, all optional.
 *
 * @throws {Error} naming the word and what was expected.
 */
export function readBackstopWords(words: readonly string[]): BackstopWords {
  const read: BackstopWords = { dropOlder: false };
  for (const word of words) {
    if (word === 'drop-older') read.dropOlder = true;
    else if (/^org=./.test(word)) read.organization = word.slice('org='.length);
    else if (/^\d{1,6}$/.test(word) && Number(word) >= 1 && Number(word) <= maxKeepDays)
      read.keepDays = Number(word);
    else
      throw new Error(
        `"${word}" is neither whole days from 1 to ${maxKeepDays} nor drop-older nor org=<name>`,
      );
  }
  return read;
}
