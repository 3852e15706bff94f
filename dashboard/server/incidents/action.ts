import type { FastifyRequest } from 'fastify';
import type { Static, TObject } from 'typebox';
import { ActionDone, type CommandIssued } from '#contracts/dispatch-api.ts';
import type { Refusal } from '#contracts/rest.ts';
import { errorCode } from '#runtime/errors.ts';
import type { Audit, AuditAction, AuditEntry } from '../audit/audit.ts';
import { type App, refusals, requesterOf, viewerOn } from '../http/routes.ts';
import type { DispatchClient } from './dispatch-client.ts';

/** An action asked of dispatch on behalf of somebody. */
export interface RequestedAction {
  action: AuditAction;
  who: Pick<AuditEntry, 'login' | 'community' | 'address' | 'place'> & { person: string };
  object?: string;
  /** Path at dispatch, its parts encoded. */
  path: string;
  body: { request: string };
}

/** What is answered to an action. */
export interface ActionAnswer {
  status: number;
  body: ActionDone | CommandIssued | Refusal;
}

/**
 * Passes an action on to dispatch. It stands in the audit log before dispatch is asked, and again with its
 * outcome before it is answered.
 *
 * @throws {DashboardError} `DASHBOARD_AUDIT_UNAVAILABLE`, or what `DispatchClient.perform` throws.
 */
export async function performAction(
  deps: { audit: Audit; dispatch: DispatchClient },
  { action, who, object, path, body }: RequestedAction,
): Promise<ActionAnswer> {
  const line = { ...who, action, object, request: body.request };
  await deps.audit.append({ ...line, outcome: 'begun' });
  try {
    const answer = await deps.dispatch.perform(path, { ...body, actor: who.person });
    if (!answer.done) {
      await deps.audit.append({ ...line, outcome: answer.refusal.code });
      return { status: answer.status, body: answer.refusal };
    }
    await deps.audit.append({ ...line, object: object ?? objectOf(answer.action), outcome: 'done' });
    return { status: 200, body: answer.action };
  } catch (error) {
    await deps.audit.append({ ...line, outcome: errorCode(error) ?? 'DASHBOARD_FAILED' });
    throw error;
  }
}

function objectOf(action: ActionDone | CommandIssued): string {
  return 'command' in action ? action.command : action.incident;
}

/** A route by which somebody asks for an action. */
interface ActionRoute<Params extends TObject, Body extends TObject> {
  path: string;
  tag: string;
  summary: string;
  params: Params;
  body: Body;
  /** What dispatch answers; `ActionDone` unless given. */
  answer?: typeof ActionDone | typeof CommandIssued;
}

/**
 * Adds a route that passes an action on to dispatch and answers what dispatch said.
 *
 * @param prepare Checks the right to it and says what is asked of dispatch; what it throws is answered.
 */
export function addAction<Params extends TObject, Body extends TObject>(
  app: App,
  deps: { audit: Audit; dispatch: DispatchClient },
  { path, tag, summary, params, body, answer: done = ActionDone }: ActionRoute<Params, Body>,
  prepare: (
    request: FastifyRequest & { params: Static<Params>; body: Static<Body> },
  ) => Promise<Omit<RequestedAction, 'who'>>,
): void {
  const response = { 200: done, ...refusals(400, 401, 403, 404, 409, 503) };
  app.post(path, { schema: { tags: [tag], summary, params, body, response } }, async (request, reply) => {
    const action = await prepare(request as never);
    const who = { ...requesterOf(request), person: viewerOn(request).person };
    const answer = await performAction(deps, { ...action, who });
    return reply.status(answer.status as 200).send(answer.body as never);
  });
}
