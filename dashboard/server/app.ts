import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import fastifyCompress from '@fastify/compress';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { Static } from 'typebox';
import type { StoreHealthReader } from '#contracts/store-health.ts';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { Registry } from '#registry/registry.ts';
import { createDeviceCookies } from '#runtime/device-cookies.ts';
import type { Metrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { readTrustedProxies } from '#runtime/trusted-proxies.ts';
import type { dashboardSettings } from '../config.ts';
import { DashboardError } from '../errors.ts';
import { createAccessLog } from './audit/access-log.ts';
import { createAudit } from './audit/audit.ts';
import { auditAnswers } from './audit/audited-answers.ts';
import { createLiveAccessLog } from './audit/live-access.ts';
import { addCommandRoutes } from './commands/command-routes.ts';
import { addDeadLetterRoutes, type DeadLetterSources } from './dead-letters/dead-letter-routes.ts';
import { addElderRoutes } from './elders/elder-routes.ts';
import { addCountRoutes } from './exports/count-routes.ts';
import { addExportRoutes } from './exports/export-routes.ts';
import type { HeavyReads } from './exports/read-worker.ts';
import { addFhirRoutes } from './fhir/fhir-routes.ts';
import { addApiDocuments } from './http/api-documents.ts';
import { limitConnections } from './http/connection-limits.ts';
import { addHealthRoute } from './http/health-route.ts';
import { createHostCheck, hostOf, isOwnOrigin } from './http/own-host.ts';
import { createErrorHandler, createRefusalLog, type RefusalLog } from './http/refusal.ts';
import { type App, documentRefusals, type RouteDeps } from './http/routes.ts';
import { addPermissionsPolicy, keepOutOfCaches, securityHeaders } from './http/security-headers.ts';
import { strictValidator } from './http/validator.ts';
import { addWebPages, followMethods } from './http/web-pages.ts';
import { createPeopleOfAccount } from './identity/accounts.ts';
import { createGuessStore } from './identity/guess-store.ts';
import { createKnownNetworks } from './identity/known-networks.ts';
import { addPinRoutes } from './identity/pin-routes.ts';
import { addSessionCookie, createIdentify, createSignInHook } from './identity/session-cookie.ts';
import { addSessionRoutes } from './identity/session-routes.ts';
import { createSessions, type Sessions } from './identity/session-store.ts';
import { createViewOfSession } from './identity/session-view.ts';
import { addSessionsRoutes } from './identity/sessions-routes.ts';
import { createSignInCheck } from './identity/sign-in.ts';
import { addActionRoutes } from './incidents/action-routes.ts';
import type { DispatchClient } from './incidents/dispatch-client.ts';
import { addIncidentRoutes } from './incidents/incident-routes.ts';
import { type LiveServer, openLiveServer } from './live/live-server.ts';
import type { LiveReaders } from './live/snapshot.ts';
import { createDashboardMetrics, watchAccessLog, watchConnections } from './metrics.ts';
import { addRegistryRoutes } from './registry/registry-routes.ts';
import type { DashboardDatabase } from './tables.ts';
import { createActingHook } from './walls/acting-tokens.ts';
import { addWallRoutes } from './walls/wall-routes.ts';
import { openWalls } from './walls/walls.ts';

/** Settings of the web server. */
export type AppSettings = Pick<
  Static<typeof dashboardSettings.schema>,
  | 'sessionSecret'
  | 'secureCookie'
  | 'trustedProxy'
  | 'maxConnections'
  | 'maxAnonymousPerNetwork'
  | 'maxPages'
  | 'maxPagesPerSession'
  | 'maxPagesPerPerson'
  | 'publicOrigin'
  | 'hostNames'
  | 'webDir'
  | 'sessionIdleMs'
  | 'sessionMaxMs'
  | 'shiftStarts'
>;

/** What the web server stands on. */
export interface AppDeps {
  settings: AppSettings;
  db: DashboardDatabase;
  registry: () => Registry;
  readers: LiveReaders;
  /** For charts and sentences of one elder. */
  telemetry: TelemetryReader;
  /** For counts and exports; on this thread where absent. */
  heavyReads?: HeavyReads;
  deadLetters: DeadLetterSources;
  storeHealth: StoreHealthReader;
  /** Reads the registry anew, after something was written into it. */
  refreshRegistry: () => Promise<unknown>;
  dispatch: DispatchClient;
  isBrokerConnected: () => boolean;
  metrics: Metrics;
  log: Logger;
  now: () => number;
  /** Ms between checks whether the sessions of connected pages still hold. */
  sweepMs?: number;
}

/** Requests an address may make in a minute: a duty room of many pages behind one address fits. */
const maxRequestsPerMinute = 1200;
const maxBodyBytes = 65_536;
const requestTimeoutMs = 30_000;
/** A connection that has not told its whole head by then is closed, one that says nothing among them. */
const headersTimeoutMs = 10_000;
const timeoutCheckMs = 2000;
/** Connections a session keeps safe: a browser opens 6 to an address, and each live page one. */
const maxKnownPerSession = 60;

/** Creates the web server with pages, REST and live rooms, ready to listen; closing it closes all of them. */
export async function createApp(deps: AppDeps): Promise<{ app: App; live: LiveServer }> {
  const { settings, now, log } = deps;
  const sessions = createSessions(
    deps.db,
    { idleMs: settings.sessionIdleMs, maxMs: settings.sessionMaxMs },
    now,
  );
  const metrics = createDashboardMetrics(deps.metrics);
  const refusals = createRefusalLog(metrics, log.child({ component: 'refusals' }));
  const proxies = readTrustedProxies(
    settings.trustedProxy || (settings.secureCookie ? '127.0.0.1,::1' : ''),
    'DASHBOARD_TRUSTED_PROXY',
  );
  const isOwnHost = createHostCheck({
    ...settings,
    publicOrigin: settings.publicOrigin,
    machine: hostname(),
  });
  const isForUs = (request: IncomingMessage) => isOwnHost(hostOf(request, proxies.has));
  const app = await createServer(deps, { sessions, refusals, isProxy: proxies.has, isForUs });
  app.addHook('onClose', () => refusals.close());
  const connections = limitConnections(app.server, {
    ...settings,
    maxKnownPerSession,
    isProxy: proxies.has,
    onCut: (address) => refusals.refused('DASHBOARD_CONNECTION_CUT', address),
  });
  const audit = createAudit(deps.db, now);
  const accessLog = createAccessLog({ audit, log: log.child({ component: 'access-log' }), now });
  app.addHook('onClose', () => accessLog.close());
  watchAccessLog(deps.metrics, () => accessLog.waiting);
  const browsers = createDeviceCookies(settings.sessionSecret);
  const networks = createKnownNetworks(deps.db, now);
  const guesses = createGuessStore(deps.db, now);
  const signIn = createSignInCheck(deps.db, { browsers, networks }, { store: guesses, now });
  let live: LiveServer | undefined;
  const dispatch: DispatchClient = {
    ...deps.dispatch,
    perform: async (path, body) => {
      const answer = await deps.dispatch.perform(path, body);
      // What a page did it sees at once, broker or no broker.
      live?.wake();
      return answer;
    },
  };
  const routeDeps: RouteDeps = {
    incidents: deps.readers.incidents,
    registry: deps.registry,
    dispatch,
    audit,
    now,
  };
  const methods = followMethods(app);
  const walls = openWalls({ ...deps, guesses });
  app.addHook('onClose', () => walls.presence.close());
  const peopleOf = createPeopleOfAccount(deps.db, deps.registry);
  const viewOf = createViewOfSession({
    registry: deps.registry,
    peopleOf,
    hasPin: walls.pins.has,
    shiftStarts: settings.shiftStarts,
  });
  const onSessionEnd = (idHash: string) => live?.endSession(idHash);

  await app.register(async (api: App) => {
    keepOutOfCaches(api);
    documentRefusals(api);
    auditAnswers(api, accessLog);
    api.addHook('onRequest', createSignInHook(sessions, deps.registry, connections));
    api.addHook('preHandler', createActingHook(walls.tokens, deps.registry));
    const { secureCookie } = settings;
    const ofSession = { sessions, signIn, peopleOf, browsers, viewOf, metrics, secureCookie, onSessionEnd };
    addSessionRoutes(api, { ...routeDeps, ...ofSession });
    addSessionsRoutes(api, { ...routeDeps, sessions, onSessionEnd });
    addWallRoutes(api, { ...routeDeps, ...walls, browsers, networks, viewOf, secureCookie, onSessionEnd });
    addPinRoutes(api, { ...routeDeps, signIn, pins: walls.pins });
    addIncidentRoutes(api, routeDeps);
    addActionRoutes(api, routeDeps);
    addCommandRoutes(api, routeDeps);
    addElderRoutes(api, {
      ...routeDeps,
      liveState: deps.readers.liveState,
      telemetry: deps.telemetry,
      log: log.child({ component: 'elders' }),
    });
    const heavy = deps.heavyReads ?? { incidents: deps.readers.incidents, telemetry: deps.telemetry, audit };
    addExportRoutes(api, {
      ...routeDeps,
      sources: heavy,
      log: log.child({ component: 'export' }),
    });
    addCountRoutes(api, { ...routeDeps, telemetry: heavy.telemetry });
    addFhirRoutes(api, {
      ...routeDeps,
      telemetry: deps.telemetry,
      refusals,
      log: log.child({ component: 'fhir' }),
    });
    addRegistryRoutes(api, routeDeps);
    const { deadLetters, storeHealth, db, refreshRegistry } = deps;
    addDeadLetterRoutes(api, { ...routeDeps, deadLetters, storeHealth, db, refreshRegistry });
    addHealthRoute(api, deps);
  });
  await addWebPages(app, settings.webDir, methods);
  await app.ready();

  const opened = await openLiveServer({
    server: app.server,
    readers: deps.readers,
    registry: deps.registry,
    sessions,
    identify: createIdentify(app, sessions, settings.sessionSecret),
    deliver: deps.dispatch.deliver,
    onWallHeard: walls.presence.heard,
    accessLog: createLiveAccessLog(accessLog, proxies.clientOf),
    publicOrigin: settings.publicOrigin,
    isForUs,
    limits: settings,
    connections,
    onRefused: (code, request) => refusals.refused(code, proxies.clientOf(request)),
    metrics,
    log,
    now,
    ...(deps.sweepMs !== undefined && { sweepMs: deps.sweepMs }),
  });
  live = opened;
  watchConnections(deps.metrics, () => opened.connections);
  return { app, live };
}

async function createServer(
  deps: AppDeps,
  by: {
    sessions: Sessions;
    refusals: RefusalLog;
    isProxy: (address: string) => boolean;
    isForUs: (request: IncomingMessage) => boolean;
  },
): Promise<App> {
  const { settings, log } = deps;
  const app = Fastify({
    loggerInstance: log.child({ component: 'http' }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    trustProxy: by.isProxy,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: timeoutCheckMs },
  });
  app.setValidatorCompiler(strictValidator);
  // Answers are ours and typed; a serializer that refused an unforeseen value would hide an incident.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler(createErrorHandler(log, by.refusals));
  app.decorateRequest('viewer', null);
  app.decorateRequest('sessionFacts', null);
  addPermissionsPolicy(app);
  app.addHook('onRequest', async ({ raw }) => {
    if (by.isForUs(raw)) return;
    throw new DashboardError(
      'DASHBOARD_HOST_UNKNOWN',
      'this host name is not known here; if it is ours, name it in DASHBOARD_PUBLIC_ORIGIN or DASHBOARD_HOST_NAMES',
    );
  });
  app.addHook('onRequest', async ({ method, headers }) => {
    if (['GET', 'HEAD', 'OPTIONS'].includes(method) || isOwnOrigin(headers, settings.publicOrigin)) return;
    throw new DashboardError('DASHBOARD_ORIGIN_REFUSED', `requests from ${headers.origin} are not taken`);
  });
  await app.register(fastifyHelmet, securityHeaders(settings.secureCookie));
  await app.register(fastifyRateLimit, { max: maxRequestsPerMinute, timeWindow: 60_000 });
  await app.register(fastifyCompress);
  await addSessionCookie(app, by.sessions, {
    secret: settings.sessionSecret,
    secure: settings.secureCookie,
    maxMs: settings.sessionMaxMs,
  });
  await addApiDocuments(app);
  return app;
}
