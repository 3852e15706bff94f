import { limitsOf, parsePayload } from './parse-payload.ts';
import { unprocessable } from './unprocessable.ts';
import { type ValidationContext, validateAlarm, validateTelemetry } from './validate-record.ts';
import type { ValidationResult } from './validation-result.ts';

/**
 * Validates a message of either lane; a record that makes validation itself fail becomes a dead letter and is not thrown.
 *
 * At the first failure, not the third: the same message fails the same way each time it is sent, and an alarm that
 * nobody can read is not to wait.
 */
export function validateSafely(context: ValidationContext, payload: Buffer): ValidationResult[] {
  try {
    if (context.source.lane === 'alarm') return [validateAlarm(context, payload)];
    return validateTelemetry(context, payload);
  } catch (error) {
    return [unprocessable(context.source, payload, { value: recordOf(payload), error })];
  }
}

/** True where a device was not found, or is another gateway's: a newer registry may know it otherwise. */
export function asksForDevice(validations: readonly ValidationResult[]): boolean {
  return validations.some((validation) =>
    validation.outcome === 'accepted'
      ? validation.record.saidByOther
      : validation.deadLetter.reason === 'unknown-device',
  );
}

/** The one record of an alarm message. */
function recordOf(payload: Buffer): unknown {
  const parsed = parsePayload(payload, limitsOf('alarm'));
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return undefined;
  return 'record' in parsed.value ? parsed.value.record : undefined;
}
