import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import {
  DeadLetterId,
  IngestDiscard,
  type IngestRefusal,
  IngestReplay,
  IngestReplayMany,
} from '#contracts/dead-letters.ts';
import { objectOf } from '#contracts/schema.ts';
import { createValidator } from '#contracts/validate.ts';
import { createBearerCheck } from '#runtime/bearer.ts';
import { createCounter, type Metrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import { IngestError, type IngestErrorCode, statusOf } from '../errors.ts';
import type { DeadLetterActions } from './dead-letter-actions.ts';

/** Largest request body, in bytes. */
const maxBodyBytes = 4096;
const requestTimeoutMs = 10_000;
/** The dashboard alone asks, one act of a person at a time. */
const maxConnections = 32;

const DeadLetterPath = objectOf({ id: DeadLetterId });

/** Creates ingest's HTTP interface for dead letters; the caller listens and closes. */
export function createDeadLetterApi(options: {
  deadLetterActions: DeadLetterActions;
  token: string;
  metrics: Metrics;
  log: Logger;
}): FastifyInstance {
  const { deadLetterActions, metrics, log } = options;
  const help = 'Requests without the token of the services.';
  const refusals = createCounter(metrics, 'ingest_refused_tokens_total', help);
  const bearer = createBearerCheck(options.token, { refusals, log });
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
  });
  app.server.maxConnections = maxConnections;
  app.addHook('onRequest', async (request) => {
    if (bearer.isService(request)) return;
    throw new IngestError('INGEST_UNAUTHORIZED', 'the bearer token of the services is required');
  });
  app.addHook('onClose', async () => bearer.close());
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, new IngestError('INGEST_ROUTE_UNKNOWN', `there is no ${request.method} ${request.url}`)),
  );
  app.setErrorHandler((error: FastifyError | IngestError, _request, reply) => {
    const known = knownOf(error);
    if (statusOf(known.code) >= 500) log.error({ err: error }, 'act on dead letters failed');
    return refuse(reply, known);
  });

  app.post('/dead-letters/replay', (request) => deadLetterActions.replayMany(readMany(request.body)));
  app.post('/dead-letters/:id/replay', (request) =>
    deadLetterActions.replay(readPath(request.params).id, readReplay(request.body)),
  );
  app.post('/dead-letters/:id/discard', async (request, reply) => {
    deadLetterActions.discard(readPath(request.params).id, readDiscard(request.body));
    return reply.code(204).send();
  });
  return app;
}

function readerOf<S extends TSchema>(schema: S): (value: unknown) => Static<S> {
  const check = createValidator(schema);
  return (value) => {
    const checked = check(value);
    if (checked.ok) return checked.value;
    throw new IngestError('INGEST_REQUEST_INVALID', `${checked.path} ${checked.expected}`, {
      path: checked.path,
    });
  };
}
const readReplay = readerOf(IngestReplay);
const readMany = readerOf(IngestReplayMany);
const readDiscard = readerOf(IngestDiscard);
const readNumbers = readerOf(DeadLetterPath);
/** A path is text. */
const readPath = (params: unknown) => readNumbers(Value.Convert(DeadLetterPath, params));

/** What Fastify refuses before a handler runs (no JSON, too large) and what fails, under our codes. */
function knownOf(error: FastifyError | IngestError): IngestError {
  if (error instanceof IngestError) return error;
  if (isDiskFull(error)) return new IngestError('INGEST_JOURNAL_FULL', 'the journal cannot be written');
  const code: IngestErrorCode =
    error.statusCode !== undefined && error.statusCode < 500 ? 'INGEST_REQUEST_INVALID' : 'INGEST_INTERNAL';
  return new IngestError(code, code === 'INGEST_INTERNAL' ? 'not carried out; ask again' : error.message);
}

function refuse(reply: FastifyReply, { code, message, path }: IngestError): FastifyReply {
  const refusal: IngestRefusal = { code, message, ...(path !== undefined && { path }) };
  return reply.code(statusOf(code)).send(refusal);
}
