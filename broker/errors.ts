/** Stable codes: the broker closes a connection, refuses a request, or does not start. */
export const brokerErrorCodes = [
  'BROKER_STORE_LOCKED',
  'BROKER_SIGN_IN_REFUSED',
  'BROKER_PUBLISH_REFUSED',
  'BROKER_CONNECTION_CUT',
] as const;
export type BrokerErrorCode = (typeof brokerErrorCodes)[number];

/** An error of the broker; `reason` is what metrics and log count it under. */
export class BrokerError extends Error {
  readonly code: BrokerErrorCode;
  readonly reason: RefusalReason;

  constructor(code: BrokerErrorCode, reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerError';
    this.code = code;
    this.reason = reason;
  }
}

/** Why the broker refuses a request or closes a connection. */
export const refusalReasons = [
  // sign-in
  'no-credentials',
  'unknown-user',
  'wrong-secret',
  'disabled',
  'login-limit',
  'persistent-session',
  'keep-alive',
  'client-id',
  'will-not-allowed',
  'too-many-connections',
  'connect-rate',
  'hung-up',
  // requests of a signed-in client
  'publish-not-allowed',
  'subscription-not-allowed',
  'too-many-subscriptions',
  'payload-too-large',
  'qos-2',
  'retain-not-allowed',
  'retained-full',
  'retained-share',
  'receiver-full',
  // connections closed
  'packet-too-large',
  'not-mqtt',
  'text-frame',
  'protocol-level',
  'protocol-error',
  'rate',
  'subscribe-rate',
  'slow-client',
  'taken-over',
  'revoked',
  'pending-full',
  'connect-timeout',
  'proxy-header',
  'broker-closing',
  'store',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];
