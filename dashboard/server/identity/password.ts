import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { type BulkheadCaller, createBulkhead } from '#runtime/bulkhead.ts';
import { DashboardError } from '../../errors.ts';

/** OWASP's argon2id parameters: 19 MiB, 2 passes, 1 lane; about 70 ms of one core. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const format = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Who goes first: the known, then networks that have not failed, then those that have. */
export const signInRanks = { known: 0, fresh: 1, failed: 2 } as const;
const own: BulkheadCaller = { rank: signInRanks.known, owner: 'own' };

/**
 * Hashes wait their turn: each holds 19 MiB and a thread of the pool that also reads files. Of two places one is kept
 * from those who failed before.
 */
const hashes = createBulkhead({
  concurrency: [2, 2, 1],
  maxWaiting: 32,
  maxWaitingPerOwner: 8,
  maxWaitMs: 10_000,
});

/** Hashes a password into PHC string form. */
export async function hashPassword(password: string, by: BulkheadCaller = own): Promise<string> {
  const salt = randomBytes(16);
  return phcOf(salt, await derive(password, salt, cost, by));
}

/** A hash that no password has, for whoever is not known here: comparing with it takes as long as with any other. */
export function hashOfNobody(): string {
  return phcOf(randomBytes(16), randomBytes(cost.tagLength));
}

function phcOf(salt: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * Compares a password with a hash in constant time.
 *
 * @param by Whose turn it is.
 * @throws {DashboardError} `DASHBOARD_PASSWORD_HASH_INVALID`; `DASHBOARD_TOO_MANY_SIGN_INS` where too many wait.
 */
export async function verifyPassword(
  password: string,
  hash: string,
  by: BulkheadCaller = own,
): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = format.exec(hash) ?? [];
  if (!salt || !tag) {
    throw new DashboardError('DASHBOARD_PASSWORD_HASH_INVALID', 'a stored password hash is not argon2id');
  }
  const kept = Buffer.from(tag, 'base64');
  const parameters = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: kept.length,
  };
  const given = await derive(password, Buffer.from(salt, 'base64'), parameters, by);
  return timingSafeEqual(given, kept);
}

async function derive(
  password: string,
  nonce: Buffer,
  parameters: typeof cost,
  by: BulkheadCaller,
): Promise<Buffer> {
  // The same characters may be typed composed or decomposed, depending on the keyboard.
  const message = Buffer.from(password.normalize('NFKC'));
  const taken = await hashes.run(
    by,
    () =>
      new Promise<Buffer>((resolve, reject) => {
        argon2('argon2id', { message, nonce, ...parameters }, (error, tag) =>
          error ? reject(error) : resolve(tag),
        );
      }),
  );
  if (taken) return taken.result;
  throw new DashboardError('DASHBOARD_TOO_MANY_SIGN_INS', 'too many sign-ins at once, try again', {
    retryAfterS: 2,
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/**
 * Whether a password is what is guessed first: one of a public list of common ones, such a one with digits or signs
 * round it (`Password2026!!`), or a short piece repeated (`abc123abc123`).
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  // The lists weigh a megabyte and are asked only where somebody chooses a password.
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const common = new Set(dictionary['passwords-common']);
  const text = password.normalize('NFKC').toLowerCase();
  const core = text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const piece = /^(.{1,8}?)\1+.{0,2}$/u.exec(text)?.[1];
  return common.has(text) || (core.length >= 4 && common.has(core)) || piece !== undefined || isRun(text);
}

/** One step from each character to the next, as in `123456789012` or `abcdefghijkl`. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((character, index) => {
    const step = (character.codePointAt(0) ?? 0) - (text.codePointAt(index) ?? 0);
    // After 9 comes 0.
    return /^[09]$/.test(character) && Math.abs(step) === 9 ? -step / 9 : step;
  });
  return Math.abs(steps[0] ?? 0) <= 1 && steps.every((step) => step === steps[0]);
}
