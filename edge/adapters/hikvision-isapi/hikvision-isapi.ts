import { timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { ConnectionLimit } from '#runtime/connection-limit.ts';
import { RuntimeError } from '#runtime/errors.ts';
import { listenError } from '#runtime/listen.ts';
import type { Logger } from '#runtime/log.ts';
import type { AdapterContext, AdapterFactory } from '../adapter.ts';
import type { HikvisionSettings } from './config.ts';
import { createEventIntake } from './event-intake.ts';
import { createDoorOpener } from './open-door.ts';
import { createRequestBodies, type RequestBodies } from './request-bodies.ts';
import { readTerminals } from './terminals.ts';

/** Longest a request may take to arrive, ms. */
const requestTimeoutMs = 30_000;

/**
 * Listens for access terminals that post their events to `/isapi/<token>`.
 *
 * @throws {RuntimeError} `PORT_TAKEN`, or `SETTING_INVALID` for sources that are no addresses.
 */
export const createHikvisionAdapter: AdapterFactory<HikvisionSettings> = async (context) => {
  const { settings } = context;
  const { token } = settings;
  if (token === undefined) throw new RuntimeError('SETTING_MISSING', 'EDGE_HIKVISION_TOKEN is not set');
  const { terminalsFile } = settings;
  const terminals = terminalsFile === undefined ? new Map() : readTerminals(terminalsFile);
  const app = fastify({ requestTimeout: requestTimeoutMs, forceCloseConnections: true });
  const limit = new ConnectionLimit(settings.maxConnections, context.count);
  app.server.on('connection', (socket) => limit.admit(socket));
  // Bodies are read by what they hold, as they arrive.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  guard(app, context, { ...settings, token, limit });
  serve(app, createRequestBodies(context, createEventIntake(context), settings.maxBodyBytes), context.log);
  const address = { host: settings.host, port: settings.port, setting: 'EDGE_HIKVISION_PORT' };
  await app.listen({ host: settings.host, port: settings.port }).catch((error: Error) => {
    throw listenError(error, address);
  });
  const bound = app.server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : settings.port,
    actuate: createDoorOpener({ terminals, log: context.log }),
    close: () => app.close(),
  };
};

/** Terminals rarely prove who they are: the path is secret and the sources are listed. */
function guard(
  app: FastifyInstance,
  { count }: AdapterContext,
  settings: HikvisionSettings & { token: string; limit: ConnectionLimit },
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
    settings.limit.prove(request.socket);
    // A content type that is no content type must not keep its body out.
    request.headers['content-type'] = 'application/octet-stream';
    return undefined;
  });
}

function serve(app: FastifyInstance, bodies: RequestBodies, log: Logger): void {
  app.post('/isapi/:token', async (request, reply) => {
    const isAccepted = await bodies.accept(request.raw, senderOf(request.ip));
    if (isAccepted) return reply.code(200).send({ statusCode: 1, statusString: 'OK' });
    return reply.code(503).send({ message: 'not accepted, send it again' });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    // A fault of ours: the terminal keeps its event and sends it again.
    log.error({ err: error, sender: senderOf(request.ip) }, 'request failed');
    return reply.code(503).send({ message: 'not accepted, send it again' });
  });
}

function senderOf(ip: string): string {
  return ip.startsWith('::ffff:') ? ip.slice(7) : ip;
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Reads the setting `allowedSources` into a test of addresses.
 *
 * @throws {RuntimeError} `SETTING_INVALID` naming the entry that is no address or network.
 */
function createSourceList(setting: string): (address: string | undefined) => boolean {
  const entries = setting.split(',').filter(Boolean);
  if (entries.length === 0) return () => true;
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry);
  return (address) => {
    const plain = address?.startsWith('::ffff:') ? address.slice(7) : (address ?? '');
    return list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const longest = family === 'ipv4' ? 32 : 128;
  if (!family || (prefix !== undefined && Number(prefix) > longest)) {
    throw new RuntimeError(
      'SETTING_INVALID',
      `EDGE_HIKVISION_ALLOWED_SOURCES: "${entry}" is no address or network, e.g. 10.0.3.0/24`,
    );
  }
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}
