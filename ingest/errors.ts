/** Stable codes of what ingest can fail with. */
export const ingestErrorCodes = [
  'INGEST_STORE_UNREACHABLE',
  'INGEST_STORE_REFUSED_QUERY',
  'INGEST_STORE_KEEPS_ALL',
  'INGEST_INFLUXD_NOT_STARTED',
] as const;
export type IngestErrorCode = (typeof ingestErrorCodes)[number];

/** An error of ingest that a caller may branch on by its code. */
export class IngestError extends Error {
  readonly code: IngestErrorCode;

  constructor(code: IngestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IngestError';
    this.code = code;
  }
}
