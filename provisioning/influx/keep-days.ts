/** Backstop where none is given: three years, for alarms, which of all records are kept longest. */
const defaultKeepDays = 1095;
const maxKeepDays = 36_500;

/**
 * Reads what follows `provision -- influx`: days, and `drop-older`, both optional.
 *
 * @throws {Error} naming the word and what was expected.
 */
export function readKeepDays(words: readonly string[]): { keepDays: number; dropOlder: boolean } {
  let keepDays = defaultKeepDays;
  let dropOlder = false;
  for (const word of words) {
    if (word === 'drop-older') dropOlder = true;
    else if (/^\d{1,6}$/.test(word) && Number(word) >= 1 && Number(word) <= maxKeepDays)
      keepDays = Number(word);
    else throw new Error(`"${word}" is neither whole days from 1 to ${maxKeepDays} nor drop-older`);
  }
  return { keepDays, dropOlder };
}
