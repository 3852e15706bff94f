/** Stable codes of what the dashboard refuses or fails with. */
export const dashboardErrorCodes = [
  'DASHBOARD_REQUEST_INVALID',
  'DASHBOARD_NOT_SIGNED_IN',
  'DASHBOARD_SIGN_IN_REFUSED',
  'DASHBOARD_TOO_MANY_SIGN_INS',
  'DASHBOARD_TOO_MANY_REQUESTS',
  'DASHBOARD_PAGES_FULL',
  'DASHBOARD_CONNECTION_CUT',
  'DASHBOARD_ORIGIN_REFUSED',
  'DASHBOARD_HOST_UNKNOWN',
  'DASHBOARD_TLS_REQUIRED',
  'DASHBOARD_NOT_FOUND',
  'DASHBOARD_METHOD_UNKNOWN',
  'DASHBOARD_PLACE_UNKNOWN',
  'DASHBOARD_PERSON_UNKNOWN',
  'DASHBOARD_DEVICE_KNOWN',
  'DASHBOARD_DEVICE_INVALID',
  'DASHBOARD_LOGIN_INVALID',
  'DASHBOARD_LOGIN_TAKEN',
  'DASHBOARD_LOGIN_UNKNOWN',
  'DASHBOARD_PASSWORD_WEAK',
  'DASHBOARD_PASSWORD_HASH_INVALID',
  'DASHBOARD_WALL_CODE_REFUSED',
  'DASHBOARD_WALL_CODES_FULL',
  'DASHBOARD_WALLS_FULL',
  'DASHBOARD_PIN_WEAK',
  'DASHBOARD_PASSWORD_WRONG',
  'DASHBOARD_PIN_WRONG',
  'DASHBOARD_ACTING_REQUIRED',
  'DASHBOARD_AUDIT_UNAVAILABLE',
  'DASHBOARD_STORE_UNAVAILABLE',
  'DASHBOARD_EXPORT_TOO_LONG',
  'DASHBOARD_FAILED',
  'DISPATCH_UNREACHABLE',
  'DISPATCH_TOKEN_REFUSED',
  'DISPATCH_FAILED',
  'INGEST_UNREACHABLE',
  'INGEST_TOKEN_REFUSED',
  'INGEST_NOT_UNDERSTOOD',
] as const;
export type DashboardErrorCode = (typeof dashboardErrorCodes)[number];

/** HTTP status of each code, where it reaches a page. */
const statuses: Partial<Record<DashboardErrorCode, number>> = {
  DASHBOARD_REQUEST_INVALID: 400,
  DASHBOARD_TLS_REQUIRED: 400,
  DASHBOARD_PLACE_UNKNOWN: 400,
  DASHBOARD_PERSON_UNKNOWN: 400,
  DASHBOARD_DEVICE_INVALID: 400,
  DASHBOARD_PIN_WEAK: 400,
  DASHBOARD_NOT_SIGNED_IN: 401,
  DASHBOARD_SIGN_IN_REFUSED: 401,
  DASHBOARD_WALL_CODE_REFUSED: 401,
  DASHBOARD_ORIGIN_REFUSED: 403,
  DASHBOARD_PASSWORD_WRONG: 403,
  DASHBOARD_PIN_WRONG: 403,
  DASHBOARD_ACTING_REQUIRED: 403,
  DASHBOARD_NOT_FOUND: 404,
  DASHBOARD_METHOD_UNKNOWN: 405,
  DASHBOARD_DEVICE_KNOWN: 409,
  DASHBOARD_WALL_CODES_FULL: 409,
  DASHBOARD_WALLS_FULL: 409,
  DASHBOARD_HOST_UNKNOWN: 421,
  DASHBOARD_TOO_MANY_SIGN_INS: 429,
  DASHBOARD_TOO_MANY_REQUESTS: 429,
  DASHBOARD_PAGES_FULL: 503,
  DASHBOARD_AUDIT_UNAVAILABLE: 503,
  DASHBOARD_STORE_UNAVAILABLE: 503,
  DISPATCH_UNREACHABLE: 503,
  DISPATCH_TOKEN_REFUSED: 503,
  DISPATCH_FAILED: 503,
  INGEST_UNREACHABLE: 503,
  INGEST_TOKEN_REFUSED: 503,
  INGEST_NOT_UNDERSTOOD: 503,
};

/** An error a caller may branch on by its code. */
export class DashboardError extends Error {
  readonly code: DashboardErrorCode;
  /** HTTP status it is answered with. */
  readonly statusCode: number;
  /** JSON Pointer of what is wrong in the request. */
  readonly path: string | undefined;
  /** Whole seconds after which asking again makes sense. */
  readonly retryAfterS: number | undefined;

  constructor(
    code: DashboardErrorCode,
    message: string,
    options: ErrorOptions & { path?: string; retryAfterS?: number } = {},
  ) {
    super(message, options);
    this.name = 'DashboardError';
    this.code = code;
    this.statusCode = statuses[code] ?? 500;
    this.path = options.path;
    this.retryAfterS = options.retryAfterS;
  }
}
