import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { quantityFacts } from '#contracts/facts/quantities.ts';
import { createValidator } from '#contracts/validate.ts';
import { createBearerTest } from '#runtime/bearer.ts';
import { listen } from '#runtime/listen.ts';
import type { Logger } from '#runtime/log.ts';
import type { Acceptance, Observation } from '../adapters/adapter.ts';
import type { Counters } from '../counters.ts';
import { EdgeError, type EdgeErrorCode } from '../errors.ts';
import {
  type FlowObservation,
  type PublishAnswer,
  PublishRequest,
  type Refusal,
  RefusedSignIns,
} from './feed-messages.ts';
import type { FlowCommands } from './flow-commands.ts';
import type { FlowFeed } from './flow-feed.ts';

/** Largest publish request, in bytes. */
const maxPublishBytes = 16_384;

/** Flows run on the gateway itself; the feed is never for the network. */
const loopback = '127.0.0.1';

/** What the agent's feed for flows is served with. */
export interface FeedServerOptions {
  port: number;
  token: string;
  feed: FlowFeed;
  /** Puts a flow's own observation on disk. */
  accept(observations: Observation[]): Acceptance[];
  /** False where flows published too much for now. */
  mayPublish(): boolean;
  /** Actuates a device for a flow. */
  command: FlowCommands;
  counters: Counters;
  log: Logger;
}

const statusOf: Record<EdgeErrorCode, number> = {
  FLOW_TOKEN_REFUSED: 401,
  FLOW_ROUTE_UNKNOWN: 404,
  FLOW_REQUEST_INVALID: 400,
  FLOW_RATE_EXCEEDED: 429,
  FLOW_ACTION_REFUSED: 403,
  FLOW_READERS_FULL: 503,
  FLOW_GATEWAY_AWAY: 503,
  FLOW_PUBLISHES_WAITING: 503,
  OUTBOX_FULL: 503,
  OUTBOX_IN_USE: 503,
  OBSERVATION_INVALID: 422,
};

const checkRequest = createValidator(PublishRequest);
const checkRefused = createValidator(RefusedSignIns);

/**
 * Serves flows on loopback: `GET /records`, lines of JSON as devices speak, `POST /observations`,
 * a flow's own word, answered when it is on disk, `POST /commands`, an action of a device, answered when it ended, and
 * `POST /refused-sign-ins`, how many the editor refused, told with the gateway's counters.
 *
 * @throws {RuntimeError} `PORT_TAKEN` naming `EDGE_FLOW_PORT`.
 */
export async function serveFeed(
  options: FeedServerOptions,
): Promise<{ port: number; close: () => Promise<void> }> {
  const isToken = createBearerTest(options.token);
  const server = createServer((request, response) => {
    answer(request, response, isToken, options).catch((error: unknown) => refuse(response, error, options));
  });
  server.headersTimeout = 10_000;
  const port = await listen(server, { host: loopback, port: options.port, setting: 'EDGE_FLOW_PORT' });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  isToken: (header: string | undefined) => boolean,
  options: FeedServerOptions,
): Promise<void> {
  if (!isToken(request.headers.authorization)) {
    throw new EdgeError('FLOW_TOKEN_REFUSED', 'the bearer token is missing or not EDGE_FLOW_TOKEN');
  }
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /records') {
    response.setHeader('content-type', 'application/x-ndjson');
    if (!options.feed.attach(response)) {
      throw new EdgeError('FLOW_READERS_FULL', 'no more readers fit on the feed');
    }
  } else if (route === 'POST /observations') {
    const accepted = publish(await readBody(request), options);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(accepted));
  } else if (route === 'POST /commands') {
    const outcome = await options.command(parseJson(await readBody(request)));
    options.counters.add(`flow-feed.command-${outcome.result}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(outcome));
  } else if (route === 'POST /refused-sign-ins') {
    const checked = checkRefused(parseJson(await readBody(request)));
    if (!checked.ok) throw new EdgeError('FLOW_REQUEST_INVALID', `${checked.path} ${checked.expected}`);
    options.counters.add('flow-editor-refused', checked.value.refused);
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  } else {
    throw new EdgeError('FLOW_ROUTE_UNKNOWN', `${route} is not served; see edge/node-red/README.md`);
  }
}

function publish(text: string, { accept, mayPublish, counters }: FeedServerOptions): PublishAnswer {
  const checked = checkRequest(parseJson(text));
  if (!checked.ok) throw new EdgeError('FLOW_REQUEST_INVALID', `${checked.path} ${checked.expected}`);
  if (!mayPublish()) {
    throw new EdgeError('FLOW_RATE_EXCEEDED', 'flows published more than EDGE_FLOW_MAX_PER_MINUTE allows');
  }
  const { request, device, observation } = checked.value;
  const [outcome] = accept([
    { device: `node-red:${device}`, origin: { key: `flow-${request}` }, body: bodyOf(observation) },
  ]);
  counters.add(`flow-feed.${outcome}`);
  if (outcome === 'dropped') throw new EdgeError('OBSERVATION_INVALID', 'the observation was not accepted');
  return { outcome: outcome ?? 'accepted' };
}

function bodyOf(observation: FlowObservation): Observation['body'] {
  if (observation.type === 'event') return observation;
  return { ...observation, unit: quantityFacts(observation.quantity).unit };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxPublishBytes) {
      throw new EdgeError('FLOW_REQUEST_INVALID', `/ takes at most ${maxPublishBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EdgeError('FLOW_REQUEST_INVALID', '/ must be JSON', { cause });
  }
}

function refuse(response: ServerResponse, error: unknown, { counters, log }: FeedServerOptions): void {
  const known = error instanceof EdgeError;
  if (!known) log.error({ err: error }, 'a flow could not be answered');
  counters.add('flow-feed.refused');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal: Refusal = known
    ? { code: error.code, message: error.message }
    : { code: 'INTERNAL', message: 'an error of the agent; see its log' };
  response.statusCode = known ? statusOf[error.code] : 500;
  response.setHeader('content-type', 'application/json');
  // What is left of a request too large is not read.
  response.setHeader('connection', 'close');
  response.end(JSON.stringify(refusal));
}
