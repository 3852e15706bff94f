import type { ActDone, CommandIssued } from '#contracts/dispatch-api.ts';
import type { Refusal } from '#contracts/rest.ts';
import { errorCode } from '#runtime/errors.ts';
import type { Audit, AuditAct, AuditLine } from '../audit/audit.ts';
import type { DispatchClient } from './dispatch-client.ts';

/** An act asked of dispatch on behalf of somebody. */
export interface RequestedAct {
  act: AuditAct;
  who: Pick<AuditLine, 'login' | 'community' | 'address' | 'place'> & { person: string };
  object?: string;
  /** Path at dispatch, its parts encoded. */
  path: string;
  body: { request: string };
}

/** What is answered to an act. */
export interface ActAnswer {
  status: number;
  body: ActDone | CommandIssued | Refusal;
}

/**
 * Passes an act on to dispatch. It stands in the audit log before dispatch is asked, and again with its
 * outcome before it is answered.
 *
 * @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`, or what `DispatchClient.act` throws.
 */
export async function carryOut(
  deps: { audit: Audit; dispatch: DispatchClient },
  { act, who, object, path, body }: RequestedAct,
): Promise<ActAnswer> {
  const line = { ...who, act, object, request: body.request };
  await deps.audit.append({ ...line, outcome: 'begun' });
  try {
    const answer = await deps.dispatch.act(path, { ...body, actor: who.person });
    if (!answer.done) {
      await deps.audit.append({ ...line, outcome: answer.refusal.code });
      return { status: answer.status, body: answer.refusal };
    }
    await deps.audit.append({ ...line, object: object ?? objectOf(answer.act), outcome: 'done' });
    return { status: 200, body: answer.act };
  } catch (error) {
    await deps.audit.append({ ...line, outcome: errorCode(error) ?? 'DASHBOARD_FAILED' });
    throw error;
  }
}

function objectOf(act: ActDone | CommandIssued): string {
  return 'command' in act ? act.command : act.incident;
}
