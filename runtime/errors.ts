/** Stable codes of what the ground of every process can fail with. */
export const runtimeErrorCodes = [
  'SETTING_INVALID',
  'SETTING_RENAMED',
  'SETTING_UNKNOWN',
  'SETTING_MISSING',
  'PORT_TAKEN',
  'PORT_NOT_ALLOWED',
  'DATABASE_TOO_NEW',
  'DATABASE_NOT_MIGRATED',
  'DATABASE_MIGRATION_FAILED',
  'WORKER_BUSY',
  'WORKER_LATE',
  'WORKER_ENDED',
  'WORKER_FAILED',
] as const;
export type RuntimeErrorCode = (typeof runtimeErrorCodes)[number];

/** An error a caller may branch on by its code. */
export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RuntimeError';
    this.code = code;
  }
}

/** The `code` of an error of Node or ours; undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
