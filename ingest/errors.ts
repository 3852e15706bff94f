/** Codes of what the interface of ingest refuses or fails with, each with its HTTP status. */
const interfaceErrors = {
  INGEST_REQUEST_INVALID: 400,
  INGEST_UNAUTHORIZED: 401,
  INGEST_ROUTE_UNKNOWN: 404,
  INGEST_DEAD_LETTER_UNKNOWN: 404,
  INGEST_JOURNAL_FULL: 503,
  INGEST_INTERNAL: 500,
} as const;
const interfaceCodes = Object.keys(interfaceErrors) as (keyof typeof interfaceErrors)[];

/** Stable codes of what ingest can fail with. */
export const ingestErrorCodes = [
  'INGEST_STORE_UNREACHABLE',
  'INGEST_STORE_REFUSED_QUERY',
  'INGEST_STORE_KEEPS_ALL',
  'INGEST_INFLUXD_NOT_STARTED',
  ...interfaceCodes,
] as const;
export type IngestErrorCode = (typeof ingestErrorCodes)[number];

/** HTTP status of a code; what reaches no interface is an error of ours there. */
export function statusOf(code: IngestErrorCode): number {
  return Object.hasOwn(interfaceErrors, code) ? interfaceErrors[code as keyof typeof interfaceErrors] : 500;
}

/** An error of ingest that a caller may branch on by its code. */
export class IngestError extends Error {
  readonly code: IngestErrorCode;
  /** JSON Pointer of what is wrong in a request. */
  readonly path: string | undefined;

  constructor(code: IngestErrorCode, message: string, options: ErrorOptions & { path?: string } = {}) {
    super(message, options);
    this.name = 'IngestError';
    this.code = code;
    this.path = options.path;
  }
}
