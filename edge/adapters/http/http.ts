import { createHmac, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyReply } from 'fastify';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import { ConnectionLimit } from '#runtime/connection-limit.ts';
import { RuntimeError } from '#runtime/errors.ts';
import { listenError } from '#runtime/listen.ts';
import type { AdapterFactory } from '../adapter.ts';
import { createPoisonGuard } from '../poison-guard.ts';
import { type HttpSettings, maxBodyBytes, maxSignatures, replayWindowMs } from './config.ts';
import { observationOf, readWebhookEvent, unreadableOf } from './webhook-event.ts';

const requestTimeoutMs = 10_000;
const minuteMs = 60_000;

/**
 * Listens for events that other systems post to `/v1/events`, signed.
 *
 * @throws {RuntimeError} `PORT_TAKEN`, or `SETTING_MISSING` without a secret.
 */
export const createHttpAdapter: AdapterFactory<HttpSettings> = async (context) => {
  const { settings } = context;
  const { secret, host, port } = settings;
  if (secret === undefined) throw new RuntimeError('SETTING_MISSING', 'EDGE_HTTP_SECRET is not set');
  const app = fastify({
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    bodyLimit: maxBodyBytes,
  });
  const limit = new ConnectionLimit(settings.maxConnections, context.count);
  app.server.on('connection', (socket) => limit.admit(socket));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const isWithinRate = createRate(settings.maxEventsPerMinute, context.now);
  const seen = createBoundedMap<string, number>(maxSignatures);
  const failing = createPoisonGuard(context);
  // A content type that is no content type must not keep its body out.
  app.addHook('onRequest', async ({ headers }) => {
    headers['content-type'] = 'application/octet-stream';
  });

  app.post('/v1/events', (request, reply) => {
    const now = context.now();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { 'x-shouwang-timestamp': timestamp, 'x-shouwang-signature': signature } = request.headers;
    const fault = signatureFault({ timestamp, signature, body }, secret, now);
    if (fault) {
      context.count('refused-signatures');
      return refuse(reply, 401, { code: 'UNAUTHORIZED', message: fault });
    }
    limit.prove(request.socket);
    if (!isWithinRate()) {
      context.count('refused-rate');
      reply.header('retry-after', '60');
      return refuse(reply, 429, { code: 'TOO_MANY', message: 'too many events in a minute, send it again' });
    }
    const key = String(signature).slice('sha256='.length);
    const before = seen.get(key);
    if (before !== undefined && now - before <= 2 * replayWindowMs)
      return reply.code(202).send(answerOf('repeat'));
    const read = readWebhookEvent(body);
    if (!read.ok) {
      context.count('unreadable-frames');
      context.log.warn({ path: read.path, expected: read.message }, 'signed event cannot be read');
      return refuse(reply, 400, { code: 'INVALID', message: read.message, path: read.path });
    }
    const { event, dropped } = read;
    context.count('frames');
    if (dropped.length > 0) context.count('dropped-fields', dropped.length);
    try {
      const accept = () => context.accept([observationOf(event, { now, signature: key })])[0];
      const deadLetter = () => context.accept([unreadableOf(event, key)]) && 'unreadable';
      const outcome = failing.attempt(body, accept, deadLetter);
      seen.set(key, now);
      return reply.code(202).send({ ...answerOf(outcome), ...(dropped.length > 0 && { dropped }) });
    } catch (error) {
      context.count('refused-observations');
      context.log.error({ err: error, device: event.device }, 'observations not accepted');
      return refuse(reply, 503, { code: 'NOT_ACCEPTED', message: 'not on disk, send it again' });
    }
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) context.log.error({ err: error }, 'request failed');
    if (status === 413) {
      return refuse(reply, 413, { code: 'TOO_LARGE', message: `a body has at most ${maxBodyBytes} bytes` });
    }
    if (status < 500) return refuse(reply, 400, { code: 'INVALID', message: error.message });
    return refuse(reply, 503, { code: 'NOT_ACCEPTED', message: 'not on disk, send it again' });
  });
  app.setNotFoundHandler((_request, reply) =>
    refuse(reply, 404, { code: 'NOT_FOUND', message: 'expected POST /v1/events' }),
  );
  await app.listen({ host, port }).catch((error: Error) => {
    throw listenError(error, { host, port, setting: 'EDGE_HTTP_PORT' });
  });
  const bound = app.server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    close: () => app.close(),
  };
};

/** `taken` says the same in the words of earlier versions, for senders written then. */
function answerOf(outcome: string | undefined) {
  return { outcome, taken: outcome === 'accepted' ? 'taken' : outcome };
}

function refuse(
  reply: FastifyReply,
  status: number,
  error: { code: string; message: string; path?: string },
) {
  return reply.code(status).send({ path: '', ...error });
}

/** Counts signed events a minute; a clock that was set back begins a new one. */
function createRate(maxPerMinute: number, now: () => number): () => boolean {
  let minute = 0;
  let events = 0;
  return () => {
    const current = Math.floor(now() / minuteMs);
    if (current !== minute) [minute, events] = [current, 0];
    events += 1;
    return events <= maxPerMinute;
  };
}

/** Signs a body: HMAC-SHA256 over `<timestamp>.<body>`; `timestamp` is epoch seconds as it is sent. */
export function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

/**
 * Why a request's signature is not accepted; undefined where it is.
 *
 * @param now Gateway time, epoch ms.
 */
function signatureFault(
  { timestamp, signature, body }: { timestamp: unknown; signature: unknown; body: Buffer },
  secret: string,
  now: number,
): string | undefined {
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) {
    return 'x-shouwang-timestamp: expected epoch seconds';
  }
  const given = /^sha256=([0-9a-f]{64})$/.exec(String(signature))?.[1];
  if (given === undefined) return 'x-shouwang-signature: expected sha256=<64 hexadecimal digits>';
  const expected = signatureOf(secret, timestamp, body);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return 'x-shouwang-signature: wrong';
  const isNear = Math.abs(Number(timestamp) * 1000 - now) <= replayWindowMs;
  return isNear ? undefined : `x-shouwang-timestamp: more than ${replayWindowMs / 1000} s from the gateway's`;
}
