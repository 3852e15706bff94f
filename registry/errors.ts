/** Stable codes of what the registry refuses. */
export const registryErrorCodes = [
  'REGISTRY_PLAN_INVALID',
  'REGISTRY_PLAN_CONFLICT',
  'REGISTRY_COMMUNITY_UNKNOWN',
  'REGISTRY_GATEWAY_UNKNOWN',
  'REGISTRY_PERSON_UNKNOWN',
] as const;
export type RegistryErrorCode = (typeof registryErrorCodes)[number];

/** A refusal of the registry; its message is for the person who wrote the plan or typed the command. */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode;

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RegistryError';
    this.code = code;
  }
}
