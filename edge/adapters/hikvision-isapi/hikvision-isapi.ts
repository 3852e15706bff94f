import { timingSafeEqual } from 'node:crypto';
import multipart, { type Multipart } from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { RuntimeError } from '#runtime/errors.ts';
import { listenError } from '#runtime/listen.ts';
import type { Logger } from '#runtime/log.ts';
import type { AdapterContext, AdapterFactory } from '../adapter.ts';
import { type HikvisionSettings, maxEventBytes } from './config.ts';
import { protocol } from './event-decoding.ts';
import { createEventIntake, type EventIntake, type Intake } from './event-intake.ts';
import { createDoorOpener } from './open-door.ts';
import { createSourceList } from './source-list.ts';
import { readTerminals } from './terminals.ts';

/** Longest a request may take to arrive, ms. */
const requestTimeoutMs = 30_000;
/** Most parts of one message. */
const maxParts = 16;

/**
 * Listens for access terminals that post their events to `/isapi/<token>`.
 *
 * @throws {RuntimeError} `PORT_TAKEN`, or `SETTING_INVALID` for sources that are no addresses.
 */
export const createHikvisionAdapter: AdapterFactory<HikvisionSettings> = async (context, settings) => {
  const { token } = settings;
  if (token === undefined) throw new RuntimeError('SETTING_MISSING', 'EDGE_HIKVISION_TOKEN is not set');
  const { terminalsFile } = settings;
  const terminals = terminalsFile === undefined ? new Map() : readTerminals(terminalsFile);
  const app = fastify({ requestTimeout: requestTimeoutMs, forceCloseConnections: true });
  app.server.maxConnections = settings.maxConnections;
  app.server.on('drop', () => context.count('refused-connections'));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxEventBytes }, (_request, body, done) =>
    done(null, body),
  );
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fieldSize: maxEventBytes, fileSize: settings.maxBodyBytes, parts: maxParts },
  });
  guard(app, context, { ...settings, token });
  serve(app, createEventIntake(context), context.log);
  const address = { host: settings.host, port: settings.port, setting: 'EDGE_HIKVISION_PORT' };
  await app.listen({ host: settings.host, port: settings.port }).catch((error: Error) => {
    throw listenError(error, address);
  });
  const bound = app.server.address();
  return {
    name: protocol,
    port: typeof bound === 'object' && bound ? bound.port : settings.port,
    act: createDoorOpener({ terminals, log: context.log }),
    close: () => app.close(),
  };
};

/** Terminals rarely prove who they are: the path is secret and the sources are listed. */
function guard(
  app: FastifyInstance,
  { count }: AdapterContext,
  settings: HikvisionSettings & { token: string },
): void {
  const isAllowed = createSourceList(settings.allowedSources);
  app.addHook('onRequest', async (request, reply) => {
    if (!isAllowed(request.socket.remoteAddress)) {
      count('refused-sources');
      return reply.code(403).send({ message: 'this address is not among the allowed sources' });
    }
    const { token = '' } = request.params as { token?: string };
    if (!isSame(token, settings.token)) {
      count('wrong-path');
      return reply.code(404).send({ message: 'no such path' });
    }
    if (Number(request.headers['content-length'] ?? 0) > settings.maxBodyBytes) {
      count('oversize-frames');
      return reply.code(413).send({ message: `a body has at most ${settings.maxBodyBytes} bytes` });
    }
    return undefined;
  });
}

function serve(app: FastifyInstance, intake: EventIntake, log: Logger): void {
  app.post('/isapi/:token', async (request, reply) => {
    const outcome = request.isMultipart()
      ? await takeParts(request, intake)
      : intake.take((request.body as Buffer | undefined)?.toString('utf8') ?? '');
    return answer(request, reply, { intake, outcome });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) log.error({ err: error }, 'request failed');
    const expected = `one event of at most ${maxEventBytes} bytes besides pictures (${error.message})`;
    intake.refuse(request.ip, expected);
    const answered = statusCode >= 500 || statusCode === 413 ? statusCode : 400;
    return reply.code(answered).send({ message: `expected ${expected}` });
  });
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { intake, outcome }: { intake: EventIntake; outcome: Intake },
) {
  if (outcome.status === 'taken') return reply.code(200).send({ statusCode: 1, statusString: 'OK' });
  if (outcome.status === 'full') return reply.code(503).send({ message: 'not taken, send it again' });
  const body = Buffer.isBuffer(request.body) ? request.body.toString('hex') : '';
  intake.refuse(request.ip, outcome.expected, body);
  return reply.code(400).send({ message: `expected ${outcome.expected}` });
}

/**
 * Takes every event among the parts as it arrives, and lets pictures run off unread: neither a slow
 * picture nor a line that breaks in it delays or undoes the event before it.
 */
async function takeParts(request: FastifyRequest, intake: EventIntake): Promise<Intake> {
  const outcomes: Intake[] = [];
  try {
    for await (const part of request.parts()) {
      const message = await readMessage(part);
      if (message !== undefined) outcomes.push(intake.take(message));
    }
  } catch (error) {
    if (outcomes.length === 0) throw error;
  }
  return (
    outcomes.find(({ status }) => status === 'full') ??
    outcomes.find(({ status }) => status === 'taken') ??
    outcomes[0] ?? { status: 'unreadable', expected: 'a part event_log with an event in JSON or XML' }
  );
}

/** The message in a part; undefined for a picture or anything else that is passed over. */
async function readMessage(part: Multipart): Promise<string | object | undefined> {
  if (part.type === 'field') {
    const { value } = part;
    if (typeof value === 'object' && value !== null) return value;
    return typeof value === 'string' && /^\s*[{<]/.test(value) ? value : undefined;
  }
  const isText = /json|xml|text/.test(part.mimetype);
  if (!isText) {
    part.file.resume();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxEventBytes) chunks.push(chunk);
  }
  return length <= maxEventBytes ? Buffer.concat(chunks).toString('utf8') : '';
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
