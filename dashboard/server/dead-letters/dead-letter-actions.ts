import type { FastifyRequest } from 'fastify';
import { errorCode } from '#runtime/errors.ts';
import { DashboardError } from '../../errors.ts';
import type { AuditAction } from '../audit/audit.ts';
import { type RouteDeps, requesterOf, viewerOn } from '../http/routes.ts';
import type { DeadLetterActor, IngestAnswer } from './ingest-client.ts';

/** What is asked of ingest, and what the audit log calls what came of it. */
interface DeadLetterAction<T> {
  action: AuditAction;
  object: string;
  ask: (who: DeadLetterActor) => Promise<IngestAnswer<T>>;
  outcomeOf?: (value: T) => string;
}

/**
 * Passes an action on to ingest. It stands in the audit log before ingest is asked, and again with its outcome
 * before it is answered.
 *
 * @throws {DashboardError} `DASHBOARD_NOT_FOUND` where the dead letter waits no longer, or what the client throws.
 */
export async function replayOrDiscard<T>(
  { audit }: Pick<RouteDeps, 'audit'>,
  request: Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>,
  { action, object, ask, outcomeOf }: DeadLetterAction<T>,
): Promise<T> {
  const { person, community } = viewerOn(request);
  const line = { ...requesterOf(request), action, object };
  await audit.append({ ...line, outcome: 'begun' });
  try {
    const answer = await ask({ community, actor: person });
    if (!answer.done) throw refusedBy(answer);
    await audit.append({ ...line, outcome: outcomeOf?.(answer.value) ?? 'done' });
    return answer.value;
  } catch (error) {
    await audit.append({ ...line, outcome: errorCode(error) ?? 'DASHBOARD_FAILED' });
    throw error;
  }
}

function refusedBy({ status, refusal }: Extract<IngestAnswer<never>, { done: false }>): DashboardError {
  const code = status === 404 ? 'DASHBOARD_NOT_FOUND' : 'INGEST_NOT_UNDERSTOOD';
  return new DashboardError(code, `${refusal.code}: ${refusal.message}`);
}
