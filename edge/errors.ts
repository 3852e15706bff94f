/** Stable codes of what the gateway agent can fail with. */
export const edgeErrorCodes = [
  'OUTBOX_FULL',
  'OUTBOX_IN_USE',
  'OBSERVATION_INVALID',
  'FLOW_TOKEN_REFUSED',
  'FLOW_ROUTE_UNKNOWN',
  'FLOW_REQUEST_INVALID',
  'FLOW_RATE_EXCEEDED',
  'FLOW_ACTION_REFUSED',
  'FLOW_READERS_FULL',
  'FLOW_GATEWAY_AWAY',
  'FLOW_PUBLISHES_WAITING',
] as const;
export type EdgeErrorCode = (typeof edgeErrorCodes)[number];

/** An error of the gateway agent that a caller may branch on by its code. */
export class EdgeError extends Error {
  readonly code: EdgeErrorCode;

  constructor(code: EdgeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EdgeError';
    this.code = code;
  }
}
