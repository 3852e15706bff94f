/** Stable codes of what the warning engine can fail with. */
export const warningErrorCodes = ['WARNING_JOURNAL_BEHIND', 'WARNING_REPLAY_NOT_EMPTY'] as const;
export type WarningErrorCode = (typeof warningErrorCodes)[number];

/** An error of the warning engine that a caller may branch on by its code. */
export class WarningError extends Error {
  readonly code: WarningErrorCode;

  constructor(code: WarningErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WarningError';
    this.code = code;
  }
}
