/** Every refusal of dispatch, with the HTTP status that carries it. */
export const dispatchErrors = {
  BODY_INVALID: 400,
  ACTOR_UNKNOWN: 400,
  PERSON_UNKNOWN: 400,
  ACCEPT_NOT_OWN: 400,
  COMMUNITY_UNKNOWN: 400,
  PLACE_UNKNOWN: 400,
  KIND_NOT_BY_HAND: 400,
  DEVICE_UNKNOWN: 400,
  ACTION_UNKNOWN: 400,
  UNAUTHORIZED: 401,
  ROUTE_UNKNOWN: 404,
  INCIDENT_UNKNOWN: 404,
  RESIDENT_UNKNOWN: 404,
  ASSIGNMENT_UNKNOWN: 404,
  NOTIFICATION_UNKNOWN: 404,
  ATTENTION_MOVED: 409,
  INCIDENT_RESOLVED: 409,
  INCIDENT_NOT_RESOLVED: 409,
  INCIDENT_NOT_ACKNOWLEDGED: 409,
  ASSIGNMENT_MOVE_REFUSED: 409,
  ASSIGNMENTS_FULL: 409,
  REQUEST_REUSED: 409,
  GATEWAY_OFFLINE: 409,
  COMMAND_WAITING: 409,
  STORAGE_FULL: 503,
  INTERNAL: 500,
} as const;

/** Stable code of a refusal. */
export type DispatchErrorCode = keyof typeof dispatchErrors;

/** All codes, for documents and tests. */
export const dispatchErrorCodes = Object.keys(dispatchErrors) as DispatchErrorCode[];

/** A request that dispatch refuses; `path` is the JSON Pointer of the field at fault. */
export class DispatchError extends Error {
  readonly code: DispatchErrorCode;
  readonly path: string | undefined;

  constructor(code: DispatchErrorCode, message: string, path?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DispatchError';
    this.code = code;
    this.path = path;
  }
}
