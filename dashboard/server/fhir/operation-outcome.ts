import { Type } from 'typebox';
import type { Refusal } from '#contracts/rest.ts';
import type { DashboardErrorCode } from '../../errors.ts';

/** FHIR issue types of our codes; what is not among them is `exception`. @see http://hl7.org/fhir/R4/valueset-issue-type.html */
const issueTypes: Partial<Record<DashboardErrorCode, string>> = {
  DASHBOARD_REQUEST_INVALID: 'invalid',
  DASHBOARD_NOT_SIGNED_IN: 'login',
  DASHBOARD_NOT_FOUND: 'not-found',
  DASHBOARD_TOO_MANY_REQUESTS: 'throttled',
  DASHBOARD_AUDIT_UNAVAILABLE: 'transient',
  DASHBOARD_STORE_UNAVAILABLE: 'transient',
};

/** A FHIR R4 OperationOutcome with one issue. */
export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: { severity: 'error'; code: string; details: { text: string }; diagnostics: string }[];
}

/** An OperationOutcome, for the documents. */
export function outcomeSchema(description: string) {
  return Type.Unsafe<OperationOutcome>(
    Type.Object({ resourceType: Type.Literal('OperationOutcome') }, { description }),
  );
}

/** Writes a refusal as FHIR clients read it; our stable code is its text. */
export function outcomeOf({ code, message }: Refusal): OperationOutcome {
  const type = issueTypes[code as DashboardErrorCode] ?? 'exception';
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: type, details: { text: code }, diagnostics: message }],
  };
}
