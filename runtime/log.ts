import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Fields that never reach a log, at any depth of the object. */
const secretPaths = ['password', 'secret', 'token', 'cookie', 'authorization'].flatMap((field) => [
  field,
  `*.${field}`,
  `req.headers.${field}`,
]);

/**
 * Creates a process's log: JSON lines on standard output, secrets removed; silent once its reader is gone.
 *
 * Each line is written before the call returns. Written later, the last line of a process whose supervisor is gone
 * would be tried for ever by the destination's `flushSync`, and the process would never end.
 */
export function createLog(name: string, level = 'info'): Logger {
  const options = { name, level, redact: { paths: secretPaths, censor: '(hidden)' } };
  return pino(options, pino.destination({ dest: 1, sync: true }));
}

/** A log that says nothing, for tests and benchmarks. */
export function silentLog(): Logger {
  return pino({ level: 'silent' });
}
