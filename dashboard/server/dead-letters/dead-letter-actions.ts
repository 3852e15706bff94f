import type { FastifyRequest } from 'fastify';
import { errorCode } from '#runtime/errors.ts';
import { DashboardError } from '../../errors.ts';
import type { AuditAct } from '../audit/audit.ts';
import { type RouteDeps, viewerOn, whoAsks } from '../http/routes.ts';
import type { IngestAnswer, LetterActor } from './ingest-client.ts';

/** What is asked of ingest, and what the audit log calls what came of it. */
interface LetterAct<T> {
  act: AuditAct;
  object: string;
  ask: (who: LetterActor) => Promise<IngestAnswer<T>>;
  outcomeOf?: (value: T) => string;
}

/**
 * Passes an act on to ingest. It stands in the audit log before ingest is asked, and again with its outcome
 * before it is answered.
 *
 * @throws {DashboardError} `DASHBOARD_NOT_FOUND` where the letter waits no longer, or what the client throws.
 */
export async function actOnLetters<T>(
  { audit }: Pick<RouteDeps, 'audit'>,
  request: Pick<FastifyRequest, 'viewer' | 'sessionFacts' | 'ip'>,
  { act, object, ask, outcomeOf }: LetterAct<T>,
): Promise<T> {
  const { person, community } = viewerOn(request);
  const line = { ...whoAsks(request), act, object };
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
