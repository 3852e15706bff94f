import type { TSchema } from 'typebox';
import {
  type DiscardDeadLetter,
  IngestRefusal,
  Replayed,
  ReplayedMany,
  type ReplayMany,
} from '#contracts/dead-letters.ts';
import { createValidator } from '#contracts/validate.ts';
import { DashboardError } from '../../errors.ts';

/** Of which community an action is, and of whom. */
export interface DeadLetterActor {
  community: string;
  actor: string;
}

/** What ingest answered: done, or refused with its own code and status. */
export type IngestAnswer<T> =
  | { done: true; value: T }
  | { done: false; status: number; refusal: IngestRefusal };

/** Ingest's HTTP interface for dead letters; every call throws `INGEST_UNREACHABLE`, `INGEST_TOKEN_REFUSED` or `INGEST_NOT_UNDERSTOOD`. */
export interface IngestClient {
  replay(id: number, who: DeadLetterActor): Promise<IngestAnswer<Replayed>>;
  replayMany(of: ReplayMany, who: DeadLetterActor): Promise<IngestAnswer<ReplayedMany>>;
  discard(id: number, why: DiscardDeadLetter, who: DeadLetterActor): Promise<IngestAnswer<undefined>>;
}

/** Many dead letters are a commit each. */
const timeoutMs = 9000;
const checkRefusal = createValidator(IngestRefusal);

/** Creates a client of ingest. */
export function createIngestClient(options: { url: string; token: string }): IngestClient {
  const base = options.url.replace(/\/+$/, '');
  const post = async <T>(path: string, body: object, schema?: TSchema): Promise<IngestAnswer<T>> => {
    let response: Response;
    try {
      response = await fetch(base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new DashboardError(
        'INGEST_UNREACHABLE',
        'ingest does not answer, so it is not known whether this was done; try again, it is done once',
        { cause, retryAfterS: 2 },
      );
    }
    return readAnswer<T>(response, schema);
  };
  return {
    replay: (id, who) => post(`/dead-letters/${id}/replay`, who, Replayed),
    replayMany: (of, who) => post('/dead-letters/replay', { ...of, ...who }, ReplayedMany),
    discard: (id, why, who) => post(`/dead-letters/${id}/discard`, { ...why, ...who }),
  };
}

async function readAnswer<T>(response: Response, schema: TSchema | undefined): Promise<IngestAnswer<T>> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  if (status === 401) {
    throw new DashboardError('INGEST_TOKEN_REFUSED', 'ingest refuses DASHBOARD_INGEST_TOKEN');
  }
  if (response.ok && (!schema || createValidator(schema)(body).ok)) return { done: true, value: body as T };
  const refusal = checkRefusal(body);
  if (!response.ok && refusal.ok) return { done: false, status, refusal: refusal.value };
  throw new DashboardError(
    'INGEST_NOT_UNDERSTOOD',
    `ingest answered ${status} with nothing this release understands`,
  );
}
