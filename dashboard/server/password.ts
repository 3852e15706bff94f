import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { DashboardError } from '../errors.ts';

/** OWASP's argon2id parameters: 19 MiB, 2 passes, 1 lane; about 70 ms of one core. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const format = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Hashes taken at once: each holds 19 MiB and a thread of the pool that also reads files. */
const maxAtOnce = 2;
/** Hashes that may wait, about 1 s of work; beyond, sign-in answers 429. */
const maxWaiting = 32;

let running = 0;
const waiting: (() => void)[] = [];

/** Hashes a password into PHC string form. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, salt, cost);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * Compares a password with a hash in constant time.
 *
 * @throws {DashboardError} `DASHBOARD_PASSWORD_HASH_INVALID`; `DASHBOARD_TOO_MANY_SIGN_INS` where too many wait.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = format.exec(hash) ?? [];
  if (!salt || !tag) {
    throw new DashboardError('DASHBOARD_PASSWORD_HASH_INVALID', 'a stored password hash is not argon2id');
  }
  const kept = Buffer.from(tag, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: kept.length,
  });
  return timingSafeEqual(given, kept);
}

async function derive(password: string, nonce: Buffer, parameters: typeof cost): Promise<Buffer> {
  await takeTurn();
  try {
    // The same characters may be typed composed or decomposed, depending on the keyboard.
    const message = Buffer.from(password.normalize('NFKC'));
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message, nonce, ...parameters }, (error, tag) =>
        error ? reject(error) : resolve(tag),
      );
    });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function takeTurn(): Promise<void> {
  if (running >= maxAtOnce) {
    if (waiting.length >= maxWaiting) {
      throw new DashboardError('DASHBOARD_TOO_MANY_SIGN_INS', 'too many sign-ins at once, try again', {
        retryAfterS: 2,
      });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
