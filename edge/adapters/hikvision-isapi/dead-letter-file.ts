import type { KeptFiles } from '../adapter.ts';

/** Most messages kept; a new one takes the place of the oldest. */
export const maxDeadLetters = 20;
/** First bytes of a message that are kept. */
export const maxDeadLetterBytes = 2048;
/** A message may hold a name or a card number, so it is kept no longer than this, ms. */
export const deadLetterAgeMs = 7 * 86_400_000;

const file = 'dead-letters.json';

/** A message that could not be read. */
export interface DeadLetter {
  /** Gateway time, epoch ms. */
  at: number;
  sender: string;
  /** As the alarm names it. */
  digest: string;
  reason: string;
  /** First bytes, hexadecimal. */
  raw: string;
}

/** Messages that could not be read, on the gateway alone. */
export interface DeadLetterFile {
  /** @throws {Error} where the disk does not take it. */
  add(letter: Omit<DeadLetter, 'raw'>, bytes: Uint8Array): void;
}

/** Keeps the last messages that could not be read in a file of the adapter, and lets go of old ones. */
export function createDeadLetterFile(kept: KeptFiles, now: number): DeadLetterFile {
  let letters = read(kept);
  const fresh = (at: number) => letters.filter((letter) => Math.abs(at - letter.at) < deadLetterAgeMs);
  const write = (next: DeadLetter[]) => {
    kept.write(file, JSON.stringify(next));
    letters = next;
  };
  const atStart = fresh(now);
  if (atStart.length < letters.length) write(atStart);
  return {
    add: (letter, bytes) => {
      const raw = Buffer.from(bytes.subarray(0, maxDeadLetterBytes)).toString('hex');
      write([...fresh(letter.at), { ...letter, raw }].slice(-maxDeadLetters));
    },
  };
}

function read(kept: KeptFiles): DeadLetter[] {
  try {
    const letters: unknown = JSON.parse(kept.read(file) ?? '[]');
    return Array.isArray(letters) ? letters.filter(isDeadLetter) : [];
  } catch {
    // Half a file is of no use to anybody; the alarms themselves are in the outbox.
    return [];
  }
}

function isDeadLetter(value: unknown): value is DeadLetter {
  return typeof value === 'object' && value !== null && typeof (value as DeadLetter).at === 'number';
}
