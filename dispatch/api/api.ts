import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import type { TSchema } from 'typebox';
import {
  type DeliveryReceipts,
  type DispatchRefusal,
  IssueCommand,
  RecordDeliveries,
  WallReport,
} from '#contracts/dispatch-api.ts';
import { createValidator } from '#contracts/validate.ts';
import { createBearerCheck } from '#runtime/bearer.ts';
import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import type { ActionContext } from '../actions/action.ts';
import { recordDeliveryReceipts } from '../actions/delivery-receipts.ts';
import { withIdempotency } from '../actions/idempotency.ts';
import type { RegistrySource } from '../alarms/follow-warning-log.ts';
import { type CommandLink, issueCommand } from '../commands/issue-command.ts';
import { DispatchError, type DispatchErrorCode, dispatchErrors } from '../errors.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { ReopenTimes } from '../escalation/reopen-holding.ts';
import type { DispatchMetrics } from '../metrics.ts';
import type { IncidentDatabase } from '../storage/incident-database.ts';
import type { WallWatch } from '../walls/wall-watch.ts';
import { type ActionBody, type ActionRoute, actionRoutes } from './routes.ts';

/** Largest request body, in bytes. */
const maxBodyBytes = 16_384;
/** Largest report of walls, in bytes: 10,000 communities. */
const maxReportBytes = 1_048_576;
/** Most deliveries in one transaction, for which an alarm may have to wait. */
const maxDeliveriesCommitted = 5;
const requestTimeoutMs = 10_000;
const maxConnections = 256;

/** What the API needs. */
export interface ApiOptions {
  database: IncidentDatabase;
  registry: RegistrySource;
  escalation: Escalation;
  assignmentResponseMs: number;
  reopenMs: ReopenTimes;
  walls: WallWatch;
  commandLink: CommandLink;
  metrics: DispatchMetrics;
  token: string;
  log: Logger;
}

/** Creates dispatch's HTTP interface; the caller listens and closes. */
export function createApi(options: ApiOptions): FastifyInstance {
  const bearer = createBearerCheck(options.token, {
    refusals: options.metrics.refusedTokens,
    log: options.log,
  });
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
  });
  app.server.maxConnections = maxConnections;
  app.setValidatorCompiler(({ schema }) => {
    const check = createValidator(schema as TSchema);
    return (value) => {
      const checked = check(value);
      if (checked.ok) return { value: checked.value };
      return {
        error: new DispatchError('BODY_INVALID', `${checked.path} ${checked.expected}`, checked.path),
      };
    };
  });
  app.addHook('onRequest', async (request) => {
    if (bearer.isService(request)) return;
    throw new DispatchError('UNAUTHORIZED', 'the bearer token of the services is required');
  });
  app.addHook('onClose', async () => bearer.close());
  app.setNotFoundHandler((request, reply) => {
    return refuse(reply, 'ROUTE_UNKNOWN', { message: `there is no ${request.method} ${request.url}` });
  });
  app.setErrorHandler((error: FastifyError | DispatchError, request, reply) => {
    return answerError(error, request, reply, options);
  });
  for (const route of actionRoutes) addRoute(app, route, options);
  addCommands(app, options);
  addDeliveries(app, options);
  addWalls(app, options);
  return app;
}

/** A person enabled a moment ago may act at once. Another community's person of the same id is not them. */
async function knowActor({ registry }: ApiOptions, community: string, actor: string): Promise<void> {
  if (registry.current().of(community)?.people.get(actor)?.enabled !== 1) await registry.refresh();
}

/** The community of an action: the one its body names, or its incident's; empty where there is no such incident. */
async function communityOf(database: IncidentDatabase, incident: string, body: ActionBody): Promise<string> {
  if (body.community !== undefined) return body.community;
  const { db } = database;
  const row = await db
    .selectFrom('incident')
    .select('community')
    .where('id', '=', incident)
    .executeTakeFirst();
  return row?.community ?? '';
}

function addRoute(app: FastifyInstance, route: ActionRoute, options: ApiOptions): void {
  app.post(route.path, { schema: { body: route.body }, config: { action: route.name } }, async (request) => {
    const body = request.body as ActionBody;
    const { id = '', assignment = '' } = request.params as { id?: string; assignment?: string };
    const community = await communityOf(options.database, id, body);
    await knowActor(options, community, body.actor);
    const done = await options.database.write((transaction) => {
      const { escalation, assignmentResponseMs, reopenMs } = options;
      const context: ActionContext = { transaction, escalation, assignmentResponseMs, reopenMs };
      const target = request.url;
      return withIdempotency(transaction, { community, request: body.request, target, body }, () =>
        route.action(context, id, body as never, assignment),
      );
    }, 'person');
    options.metrics.actions.inc({ action: route.name, answer: 'done' });
    return done;
  });
}

function addCommands(app: FastifyInstance, options: ApiOptions): void {
  const config = { action: 'command' };
  app.post('/commands', { schema: { body: IssueCommand }, config }, async (request) => {
    const body = request.body as IssueCommand;
    await knowActor(options, body.community, body.actor);
    const issued = await issueCommand(options, body);
    options.metrics.actions.inc({ action: 'command', answer: 'done' });
    return issued;
  });
}

function addDeliveries(app: FastifyInstance, { database, metrics }: ApiOptions): void {
  const config = { action: 'deliveries' };
  app.post('/deliveries', { schema: { body: RecordDeliveries }, config }, async (request) => {
    const { deliveries } = request.body as RecordDeliveries;
    const done: DeliveryReceipts = { recorded: 0, unknown: 0 };
    for (let first = 0; first < deliveries.length; first += maxDeliveriesCommitted) {
      const some = deliveries.slice(first, first + maxDeliveriesCommitted);
      const { recorded, unknown } = await database.write((transaction) =>
        recordDeliveryReceipts(transaction, some),
      );
      done.recorded += recorded;
      done.unknown += unknown;
    }
    metrics.actions.inc({ action: 'deliveries', answer: 'done' });
    return done;
  });
}

/** A report is the whole picture: the last word counts, however often it is said. */
function addWalls(app: FastifyInstance, { database, walls }: ApiOptions): void {
  const options = { schema: { body: WallReport }, bodyLimit: maxReportBytes, config: { action: 'walls' } };
  app.put('/walls', options, async (request, reply) => {
    await database.write((transaction) => walls.report(transaction, request.body as WallReport));
    return reply.code(204).send();
  });
}

function answerError(
  error: FastifyError | DispatchError,
  request: FastifyRequest,
  reply: FastifyReply,
  { metrics, log }: ApiOptions,
): FastifyReply {
  const code = codeOf(error);
  const { action = 'none' } = request.routeOptions.config as { action?: string };
  metrics.actions.inc({ action, answer: code });
  if (dispatchErrors[code] >= 500) {
    log.error({ err: error, action }, 'action failed');
    return refuse(reply, code, { message: 'the action was not carried out; ask again' });
  }
  const path = error instanceof DispatchError ? error.path : undefined;
  return refuse(reply, code, { message: error.message, ...(path !== undefined && { path }) });
}

function codeOf(error: FastifyError | DispatchError): DispatchErrorCode {
  if (error instanceof DispatchError) return error.code;
  if (isDiskFull(error)) return 'STORAGE_FULL';
  // What Fastify refuses before a handler runs: no JSON, too large, of another content type.
  return error.statusCode !== undefined && error.statusCode < 500 ? 'BODY_INVALID' : 'INTERNAL';
}

function refuse(
  reply: FastifyReply,
  code: DispatchErrorCode,
  words: Omit<DispatchRefusal, 'code'>,
): FastifyReply {
  return reply.code(dispatchErrors[code]).send({ code, ...words } satisfies DispatchRefusal);
}
