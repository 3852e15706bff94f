import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Fields that never reach a log, wherever they stand in the object. */
const secretPaths = ['password', 'secret', 'token', 'cookie', 'authorization'].flatMap((field) => [
  field,
  `*.${field}`,
  `req.headers.${field}`,
]);

/** Creates a process's log: JSON lines on standard output, secrets removed. */
export function createLog(name: string, level = 'info'): Logger {
  return pino({ name, level, redact: { paths: secretPaths, censor: '(hidden)' } });
}

/** A log that says nothing, for tests and benchmarks. */
export function silentLog(): Logger {
  return pino({ level: 'silent' });
}
